//! Circles in a graph, each with the shortest way round.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

/// Each file, and the files it imports.
pub(super) type Graph = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// Files that all reach each other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Circle {
    pub(super) files: BTreeSet<PathBuf>,
    /// Begins and ends with the same file.
    pub(super) shortest: Vec<PathBuf>,
}

pub(super) fn find_circles(graph: &Graph) -> Vec<Circle> {
    let reached: BTreeMap<&PathBuf, BTreeSet<PathBuf>> =
        graph.keys().map(|file| (file, find_reached(graph, file))).collect();
    let reaches = |from: &PathBuf, to: &Path| reached.get(from).is_some_and(|all| all.contains(to));
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for file in graph.keys() {
        if !reaches(file, file) || seen.contains(file) {
            continue;
        }
        let is_in = |other: &&PathBuf| reaches(file, other) && reaches(other, file);
        let files: BTreeSet<PathBuf> = graph.keys().filter(is_in).cloned().collect();
        seen.extend(files.iter().cloned());
        let ways = files.iter().filter_map(|file| find_way_round(graph, file));
        let shortest = ways.min_by_key(Vec::len).unwrap_or_default();
        circles.push(Circle { files, shortest });
    }
    circles
}

/// All files that a file imports, directly or through others.
fn find_reached(graph: &Graph, from: &Path) -> BTreeSet<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(file) = waiting.pop() {
        for next in graph.get(file).into_iter().flatten() {
            if reached.insert(next.clone()) {
                waiting.push(next);
            }
        }
    }
    reached
}

/// The shortest way from a file back to itself, breadth first.
fn find_way_round(graph: &Graph, start: &Path) -> Option<Vec<PathBuf>> {
    let mut ways = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in way.last().and_then(|last| graph.get(last)).into_iter().flatten() {
            let longer = [way.as_slice(), std::slice::from_ref(next)].concat();
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Graph, find_circles};

    fn graph(edges: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry(from.into()).or_default().insert(to.into());
            graph.entry(to.into()).or_default();
        }
        graph
    }

    #[test]
    fn each_circle_is_found_once_with_its_shortest_way() {
        let two = graph(&[
            ("a", "b"),
            ("b", "c"),
            ("c", "a"),
            ("c", "b"),
            ("c", "x"),
            ("x", "y"),
            ("y", "x"),
            ("y", "z"),
        ]);
        let circles = find_circles(&two);
        assert_eq!(circles.len(), 2, "{circles:?}");
        assert_eq!((circles[0].files.len(), circles[1].files.len()), (3, 2));
        assert_eq!(circles[0].shortest, ["b", "c", "b"].map(std::path::PathBuf::from));
    }

    #[test]
    fn a_graph_without_a_way_back_has_none() {
        assert!(find_circles(&graph(&[("a", "b"), ("a", "c"), ("b", "c")])).is_empty());
    }
}
