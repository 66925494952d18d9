# METADATA
# description: |
#   What platforms do where a manifest says nothing: one table, each value with the source that says so. A value that
#   depends on the cluster is not in it.
package servelint.lib.platform

# METADATA
# description: |
#   The default of a field, such as `default_value("kserve", "Standard", "timeoutSeconds")`. The mode is `any` where a
#   platform has none. Undefined where no default is known.
default_value(platform, mode, field) := value if {
	value := object.get(data.servelint.platforms.defaults, [platform, mode, field, "value"], null)
	value != null
}

# METADATA
# description: Who says so.
source(platform, mode, field) := named if {
	named := object.get(data.servelint.platforms.defaults, [platform, mode, field, "source"], null)
	named != null
}
