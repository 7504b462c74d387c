package catalogue

// task is what can be done at a task, and the system roles bound there.
var task = definition{
	level: Task,
	categories: []category{
		{title: "User Management", theme: UserManagement, permissions: []permission{
			{id: "invite_task_members", title: "Invite Task Members"},
			{id: "manage_task_users", title: "Manage Task Users", sensitive: true},
			{id: "remove_task_members", title: "Remove Task Members", sensitive: true},
		}},
		{title: "Content Management", theme: ContentManagement, permissions: []permission{
			{id: "edit_task_content", title: "Edit Task Content"},
			{id: "manage_task_settings", title: "Manage Task Settings", sensitive: true},
			{id: "archive_task_content", title: "Archive Task Content", sensitive: true},
		}},
		{title: "Task Operations", theme: DeliveryGrading, permissions: []permission{
			{id: "assign_task", title: "Assign Task"},
			{id: "assign_tasks", title: "Assign Tasks"},
			{id: "submit_task", title: "Submit Task"},
			{id: "review_task", title: "Review Task"},
		}},
		{title: "Assessment", theme: DeliveryGrading, permissions: []permission{
			{id: "grade_task", title: "Grade Task", sensitive: true},
			{id: "provide_feedback", title: "Provide Feedback"},
			{id: "view_feedback", title: "View Feedback"},
			{id: "edit_submission", title: "Edit Submission"},
		}},
		{title: "Analytics & Data", theme: AnalyticsReporting, permissions: []permission{
			{id: "view_task_analytics", title: "View Task Analytics"},
			{id: "export_task_data", title: "Export Task Data", sensitive: true},
		}},
		{title: "Task Access", theme: CoreAccess, permissions: []permission{
			{id: "view_task", title: "View Task"},
			{id: "view_task_details", title: "View Task Details"},
			{id: "view_task_members", title: "View Task Members"},
		}},
		{title: "Task Calendar", theme: Administration, permissions: []permission{
			{id: "manage_task_calendar", title: "Manage Task Calendar"},
		}},
		{title: "Moderation", theme: SocialCommunication, permissions: []permission{
			{id: "moderate_task", title: "Moderate Task"},
		}},
		{title: "Library Management", theme: ContentManagement, permissions: []permission{
			{id: "view_library", title: "View Library"},
			{id: "add_resources", title: "Add Resources"},
			{id: "remove_resources", title: "Remove Resources"},
		}},
	},
	roles: []role{
		{name: "task-author", title: "Author", permissions: []string{
			"edit_task_content",
			"assign_task",
			"assign_tasks",
			"view_task",
			"view_task_details",
			"view_task_members",
			"view_library",
			"add_resources",
			"remove_resources",
		}},
		{name: "task-student", title: "Student", permissions: []string{
			"submit_task",
			"view_feedback",
			"edit_submission",
			"view_task",
			"view_task_details",
			"view_library",
		}},
		{name: "task-admin", title: "Admin", permissions: []string{
			"invite_task_members",
			"manage_task_users",
			"remove_task_members",
			"edit_task_content",
			"manage_task_settings",
			"archive_task_content",
			"assign_task",
			"assign_tasks",
			"review_task",
			"grade_task",
			"provide_feedback",
			"view_feedback",
			"view_task_analytics",
			"export_task_data",
			"view_task",
			"view_task_details",
			"view_task_members",
			"manage_task_calendar",
			"moderate_task",
			"view_library",
			"add_resources",
			"remove_resources",
		}},
		{name: "task-owner", title: "Owner", permissions: []string{
			"*",
		}},
		{name: "task-reviewer", title: "Reviewer", permissions: []string{
			"review_task",
			"grade_task",
			"provide_feedback",
			"view_feedback",
			"view_task",
			"view_task_details",
			"view_task_members",
			"view_library",
		}},
	},
}
