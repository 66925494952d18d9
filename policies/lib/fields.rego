# METADATA
# description: Whether a field says anything.
package servelint.lib.fields

# METADATA
# description: True where the text field is there and not blank.
filled(record, key) if trim_space(record[key]) != ""
