"""How health care is paid for: payment by results, capitation envelopes, and the contracts between them.

Example:
    >>> import capitation as cap
    >>> contract = cap.Contract.from_toml('''
    ... name = "Capitation"
    ... currency = "GBP"
    ... period = { start = 2026-04-01, end = 2027-03-31 }
    ... parties = { commissioner = "payer", trust = "provider" }
    ... inputs = { "member months" = "count", "actual cost" = "money" }
    ... bears = { "actual cost" = "trust" }
    ...
    ... [terms."price per member month"]
    ... unit = "money per count"
    ... source = "Contract, schedule 3, table 1"
    ... values = "412.50"
    ...
    ... [[clause]]
    ... name = "envelope"
    ... rule.times = { of = "member months", by = "price per member month" }
    ... pays = { from = "commissioner", to = "trust" }
    ... ''')
    >>> statement = contract.settle({"member months": 12000, "actual cost": "4700000.00"})
    >>> statement["envelope"], statement.surplus("trust")
    (Decimal('4950000.00'), Decimal('250000.00'))

`programme("mssp", 2022).contract(track="BASIC E")` gives a regulator's contract with the citation of every value, and
`datasets.mssp_results(path).reproduce()` settles what was published again.

`Tariff.from_table` takes a price list in the shape of Annex A of the National Tariff, and prices activity by it:
payment by results, line by line or by provider and month.

`cost_base` puts what a hospital's work costs beside its price, and `CostBase.under` settles contracts on it when
activity differs from plan.

`Contract.outlook` says what a contract may come to on a `CostModel`, risk cells with the `Severity` of one person's
cost: every party's result as a distribution, and what each clause is worth, without sampling. `Contract.simulate` draws
years where an outlook has no answer, and over several years in which a `Rebase` makes a benchmark of earlier costs;
`CostModel.from_population` makes the model of people. `frontier` puts the power of a `Family` of
contracts against their risk, and `design` chooses within limits.

`Contract.risk_transfer` says who bears the risk before and after each payment, `Contract.risk_by_source` what of it is
chance, and `Contract.sensitivity` what a result hangs on, each `Assumption` at a low and a high value.

`Population.from_table` takes people with their costs from polars, pandas or pyarrow, and `compare` puts
contracts side by side on them. Amounts that are owed are `decimal.Decimal`, in major units; a float is never
taken for one.
"""

from capitation import adjustment, datasets
from capitation._capitation import (
    ActivityError,
    ActivityTotals,
    Assumption,
    BasePayment,
    Bridge,
    CapitationError,
    ComparisonError,
    Concentration,
    Contract,
    ContractBuilder,
    ContractError,
    CostModel,
    Family,
    MarketForces,
    Outlook,
    PartyDraws,
    PartyOutlook,
    Population,
    PopulationError,
    Power,
    PricedActivity,
    Programme,
    RankedConcentration,
    Readmissions,
    Rebase,
    ResultsError,
    RiskError,
    SettlementError,
    Severity,
    Shock,
    Simulated,
    Statement,
    StatisticError,
    Tariff,
    __version__,
    _debug_build,
    concentration,
    programme,
    programmes,
    ranked_concentration,
    readmissions,
)
from capitation.by_chance import SavingsByChance, savings_by_chance
from capitation.capital_sizes import CapitalBySize, capital_by_panel_size
from capitation.comparison import Comparison, compare
from capitation.fits import SeverityFit, fit_severity, lognormal_to_shares
from capitation.frontiers import Design, Frontier, design, frontier
from capitation.hospital import CostBase, Quantity, UnderContracts, cost_base
from capitation.premiums import (
    PremiumsBySize,
    StopLossPremium,
    premiums_by_panel_size,
    stop_loss_premium,
)
from capitation.reserves import CapitalNeeds, PanelSizes, capital, panel_sizes
from capitation.sensitivities import Sensitivity
from capitation.shares import RiskBySource, RiskTransfer, risk_by_panel_size

__all__ = [
    "ActivityError",
    "ActivityTotals",
    "Assumption",
    "BasePayment",
    "Bridge",
    "CapitalBySize",
    "CapitalNeeds",
    "CapitationError",
    "Comparison",
    "ComparisonError",
    "Concentration",
    "Contract",
    "ContractBuilder",
    "ContractError",
    "CostBase",
    "CostModel",
    "Design",
    "Family",
    "Frontier",
    "MarketForces",
    "Outlook",
    "PanelSizes",
    "PartyDraws",
    "PartyOutlook",
    "Population",
    "PopulationError",
    "Power",
    "PremiumsBySize",
    "PricedActivity",
    "Programme",
    "Quantity",
    "RankedConcentration",
    "Readmissions",
    "Rebase",
    "ResultsError",
    "RiskBySource",
    "RiskError",
    "RiskTransfer",
    "SavingsByChance",
    "Sensitivity",
    "SettlementError",
    "Severity",
    "SeverityFit",
    "Shock",
    "Simulated",
    "Statement",
    "StatisticError",
    "StopLossPremium",
    "Tariff",
    "UnderContracts",
    "__version__",
    "adjustment",
    "capital",
    "capital_by_panel_size",
    "compare",
    "concentration",
    "cost_base",
    "datasets",
    "design",
    "fit_severity",
    "frontier",
    "lognormal_to_shares",
    "panel_sizes",
    "premiums_by_panel_size",
    "programme",
    "programmes",
    "ranked_concentration",
    "readmissions",
    "risk_by_panel_size",
    "savings_by_chance",
    "stop_loss_premium",
]

if _debug_build:
    import warnings

    warnings.warn(
        "this is a debug build of capitation: its results are right and its speed is not; "
        "build it with `make build`",
        RuntimeWarning,
        stacklevel=2,
    )
