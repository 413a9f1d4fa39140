//! A year of a programme in words.

use std::fmt::Write;

use super::{ProgrammeYear, TrackYear};

/// The tracks of a year, and what can be chosen of them.
pub(super) fn year(year: &ProgrammeYear) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(year, &mut out);
    out
}

fn write(year: &ProgrammeYear, out: &mut String) -> std::fmt::Result {
    let document = year.programme().document();
    writeln!(out, "{}, {}", document.name, year.said())?;
    writeln!(out, "{}", document.about)?;
    writeln!(out, "\nTracks")?;
    let tracks: Vec<_> = year.tracks().filter_map(|name| year.track(name).ok()).collect();
    for track in &tracks {
        writeln!(out, "  {}: {}", track.name(), track.about())?;
    }
    if tracks.iter().all(|track| track.choices().is_empty()) {
        return Ok(());
    }
    writeln!(out, "\nChoices, each with its options, the default first")?;
    for choice in &document.choice {
        let options = |track: &TrackYear| {
            let choices = track.choices();
            let found = choices.iter().find(|(name, _)| *name == choice.name);
            found.map(|(_, options)| options.join(" | "))
        };
        let having: Vec<_> =
            tracks.iter().filter_map(|track| Some((track.name(), options(track)?))).collect();
        let Some((_, options)) = having.first() else { continue };
        writeln!(out, "  {}: {options}", choice.name)?;
        writeln!(out, "      {}", choice.about)?;
        if having.len() < tracks.len() {
            let names: Vec<&str> = having.iter().map(|(name, _)| *name).collect();
            writeln!(out, "      Of {}.", names.join(", "))?;
        }
    }
    Ok(())
}
