//! A year of a programme in words.

use std::fmt::Write;

use super::ProgrammeYear;

/// The tracks of a year, each with what can be chosen of it, and what the choices mean.
pub(super) fn year(year: &ProgrammeYear) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(year, &mut out);
    out
}

fn write(year: &ProgrammeYear, out: &mut String) -> std::fmt::Result {
    let document = year.programme().document();
    writeln!(out, "{}, {}", document.name, year.year())?;
    writeln!(out, "{}", document.about)?;
    writeln!(out, "\nTracks")?;
    let mut met: Vec<&str> = Vec::new();
    let tracks: Vec<_> = year.tracks().filter_map(|name| year.track(name).ok()).collect();
    for track in &tracks {
        let about = track.about();
        writeln!(out, "  {}: {about}", track.name())?;
        let chosen: Vec<String> = track
            .choices()
            .iter()
            .map(|(name, options)| format!("{name} ({})", options.join(" | ")))
            .collect();
        writeln!(out, "    choices: {}", chosen.join("; "))?;
        for (name, _) in track.choices() {
            if let Some(choice) = document.choice(name)
                && !met.contains(&choice.name.as_str())
            {
                met.push(&choice.name);
            }
        }
    }
    writeln!(out, "\nChoices, the default first")?;
    for choice in document.choice.iter().filter(|choice| met.contains(&choice.name.as_str())) {
        writeln!(out, "  {}: {}", choice.name, choice.about)?;
    }
    Ok(())
}
