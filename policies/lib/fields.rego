# METADATA
# description: Whether a field says anything.
package servelint.lib.fields

# METADATA
# description: A list, or an empty one in place of what is none, because a field that no schema covers may hold anything.
list(value) := value if is_array(value)

list(value) := [] if not is_array(value)

# METADATA
# description: A mapping, likewise.
mapping(value) := value if is_object(value)

mapping(value) := {} if not is_object(value)

# METADATA
# description: What stands at a path of keys as a list; an empty one where there is none.
list_at(tree, path) := list(object.get(mapping(tree), path, []))

# METADATA
# description: What stands at a path of keys as a mapping, likewise.
mapping_at(tree, path) := mapping(object.get(mapping(tree), path, {}))

# METADATA
# description: True where the text field is there and not blank.
filled(record, key) if trim_space(record[key]) != ""
