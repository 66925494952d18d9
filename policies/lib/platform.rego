# METADATA
# description: |
#   What platforms do where a manifest says nothing: one table, each value with the source that says so, the version since
#   which it holds (`since`) and what the cluster must have for it (`requires`).
package servelint.lib.platform

# METADATA
# description: |
#   The default of a field, such as `default_value("kserve", "Knative", "timeoutSeconds")`. The mode is `any` where a
#   platform has none. Undefined where no default is known, and where one depends on how the cluster is set up.
default_value(platform, mode, field) := value if {
	value := object.get(data.servelint.platforms.defaults, [platform, mode, field, "value"], null)
	value != null
	object.get(data.servelint.platforms.defaults, [platform, mode, field, "requires"], null) == null
}

# METADATA
# description: Who says so.
source(platform, mode, field) := named if {
	named := object.get(data.servelint.platforms.defaults, [platform, mode, field, "source"], null)
	named != null
}
