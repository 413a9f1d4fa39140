//! What a reader sees of a page: its elements, its text, and the cells of its tables.

use std::collections::HashMap;

/// One start tag, with its attributes as they are read.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: HashMap<String, String>,
    /// The text inside it, until its end.
    pub(crate) text: String,
}

impl Element {
    pub(crate) fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }

    pub(crate) fn number(&self, attribute: &str) -> f64 {
        self.get(attribute).parse().unwrap()
    }
}

const VOID: [&str; 2] = ["meta", "br"];

pub(crate) fn unescaped(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    named.into_iter().fold(text.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

/// Every element of a document, in the order of their starts; fails where an element is closed that is not open.
pub(crate) fn elements(document: &str) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for piece in document.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(elements[open.pop().unwrap()].name, name);
        } else {
            let element = element(tag.trim_end_matches('/'));
            if !tag.ends_with('/') && !VOID.contains(&element.name.as_str()) {
                open.push(elements.len());
            }
            elements.push(element);
        }
        for place in &open {
            elements[*place].text.push_str(&unescaped(text));
        }
    }
    assert_eq!(open, Vec::<usize>::new());
    elements
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes = HashMap::new();
    while let Some((attribute, after)) = rest.trim_start().split_once("=\"") {
        let (value, after) = after.split_once('"').unwrap();
        let known = attributes.insert(attribute.trim().to_owned(), unescaped(value));
        assert!(known.is_none(), "{attribute} twice in <{tag}>");
        rest = after;
    }
    assert_eq!(rest.trim(), "", "<{tag}>");
    Element { name: name.to_owned(), attributes, text: String::new() }
}

/// A section with the parts inside it: up to the next that has a name.
pub(crate) fn section<'a>(page: &'a str, id: &str) -> &'a str {
    let part = &page[page.find(&format!("<section id=\"{id}\">")).unwrap()..];
    let end = part[1..].find("<section id=").map_or_else(|| part.find("</body>").unwrap(), |end| end + 1);
    &part[..end]
}

/// The cells of a section: the name of their group of rows, that of their column, and what they say.
pub(crate) fn cells(page: &str, id: &str) -> Vec<(String, String, String)> {
    let mut group = String::new();
    let mut cells = Vec::new();
    for element in elements(section(page, id)) {
        if element.get("scope") == "rowgroup" {
            group = element.text;
        } else if element.name == "td" && element.attributes.contains_key("data-label") {
            cells.push((group.clone(), element.get("data-label").to_owned(), element.text));
        }
    }
    cells
}
