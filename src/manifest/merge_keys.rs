//! How Kubernetes merges lists of its own kinds.

/// What lists of Kubernetes are merged by: the key of the list, and that of its elements.
const MERGE_KEYS: [(&str, &[&str]); 12] = [
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("ports", &["containerPort", "port"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey"]),
    ("resourceClaims", &["name"]),
];

/// The keys that tell the elements of a list apart, the first that an element has; none for a list that is replaced as a whole.
pub fn merge_keys(list: &str) -> &'static [&'static str] {
    let mut rows = MERGE_KEYS.iter();
    rows.find(|(own, _)| *own == list)
        .map_or(&[], |(_, keys)| keys)
}
