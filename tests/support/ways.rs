//! Every contract that a track can make.

use capitation::contract::TrackYear;

/// Every way to choose, one option of each choice.
pub(crate) fn ways(track: &TrackYear) -> Vec<TrackYear> {
    let mut ways = vec![track.clone()];
    for (choice, options) in track.choices() {
        let with = |way: &TrackYear| -> Vec<TrackYear> {
            options.iter().map(|option| way.clone().choose(choice, option).unwrap()).collect()
        };
        ways = ways.iter().flat_map(with).collect();
    }
    ways
}
