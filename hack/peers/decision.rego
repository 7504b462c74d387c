package decision

# What is asked of a world with overrides and denies.
default allow := false

allow if {
	given
	not denied
}

given if {
	not data.overrides[input.course][input.person]
	granted
}

given if data.overrides[input.course][input.person][input.permission]

denied if {
	some group in data.groups[input.person]
	data.denies[group][input.permission]
}

# What is asked of a world that has grants alone.
default granted := false

granted if {
	some group in data.groups[input.person]
	some role, _ in data.grants[input.course][group]
	data.roles[role][input.permission]
}
