"""How health care is paid for."""
from capitation import _capitation
from capitation._capitation import *
