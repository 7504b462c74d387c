package catalogue

// course is what can be done at a course, and the system roles bound there.
var course = definition{
	level: Course,
	categories: []category{
		{title: "User Management", theme: UserManagement, permissions: []permission{
			{id: "invite_course_members", title: "Invite Course Members"},
			{id: "manage_course_users", title: "Manage Course Users", sensitive: true},
			{id: "remove_course_members", title: "Remove Course Members", sensitive: true},
		}},
		{title: "Content Management", theme: ContentManagement, permissions: []permission{
			{id: "edit_course_content", title: "Edit Course Content"},
			{id: "create_modules", title: "Create Modules"},
			{id: "manage_course_settings", title: "Manage Course Settings", sensitive: true},
			{id: "archive_course_content", title: "Archive Course Content", sensitive: true},
		}},
		{title: "Course Delivery", theme: DeliveryGrading, permissions: []permission{
			{id: "deliver_course", title: "Deliver Course"},
			{id: "provide_feedback", title: "Provide Feedback"},
			{id: "grade_submissions", title: "Grade Submissions", sensitive: true},
		}},
		{title: "Course Access", theme: CoreAccess, permissions: []permission{
			{id: "view_course", title: "View Course"},
			{id: "view_course_details", title: "View Course Details"},
			{id: "view_course_members", title: "View Course Members"},
		}},
		{title: "Analytics & Data", theme: AnalyticsReporting, permissions: []permission{
			{id: "view_course_analytics", title: "View Course Analytics"},
			{id: "export_course_data", title: "Export Course Data", sensitive: true},
			{id: "view_submissions", title: "View Submissions"},
		}},
		{title: "Course Calendar", theme: Administration, permissions: []permission{
			{id: "manage_course_calendar", title: "Manage Course Calendar"},
		}},
		{title: "Moderation", theme: SocialCommunication, permissions: []permission{
			{id: "moderate_course", title: "Moderate Course"},
		}},
		{title: "Library Management", theme: ContentManagement, permissions: []permission{
			{id: "view_library", title: "View Library"},
			{id: "add_resources", title: "Add Resources"},
			{id: "remove_resources", title: "Remove Resources"},
		}},
		{title: "Wallet Management", theme: Financial, permissions: []permission{
			{id: "manage_wallet", title: "Manage Wallet", sensitive: true},
		}},
	},
	roles: []role{
		{name: "course-superadmin", title: "Superadmin", permissions: []string{
			"*",
		}},
		{name: "course-admin", title: "Admin", permissions: []string{
			"invite_course_members",
			"manage_course_users",
			"remove_course_members",
			"edit_course_content",
			"create_modules",
			"manage_course_settings",
			"archive_course_content",
			"deliver_course",
			"provide_feedback",
			"grade_submissions",
			"view_course",
			"view_course_details",
			"view_course_members",
			"view_course_analytics",
			"export_course_data",
			"view_submissions",
			"manage_course_calendar",
			"moderate_course",
			"view_library",
			"add_resources",
			"remove_resources",
		}},
		{name: "course-instructor", title: "Instructor", permissions: []string{
			"deliver_course",
			"provide_feedback",
			"grade_submissions",
			"view_course",
			"view_course_details",
			"view_course_members",
			"view_course_analytics",
			"view_submissions",
			"manage_course_calendar",
			"moderate_course",
			"view_library",
			"add_resources",
		}},
		{name: "course-author", title: "Author", permissions: []string{
			"edit_course_content",
			"create_modules",
			"view_course",
			"view_course_details",
			"view_library",
			"add_resources",
			"remove_resources",
		}},
		{name: "course-coach", title: "Coach", permissions: []string{
			"provide_feedback",
			"view_course",
			"view_course_details",
			"view_course_members",
			"view_course_analytics",
			"view_submissions",
			"view_library",
		}},
		{name: "course-student", title: "Student", permissions: []string{
			"view_course",
			"view_course_details",
			"view_library",
		}},
	},
}
