// Package university writes a university as it is found: faculties, programmes, intakes, courses, staff and students,
// everything the way somebody writes it by hand, seven objects a course. One seed gives one university, of as many
// people as are asked for, and the same one some semesters later.
//
//   - university.go is the whole, and how large each part of it is.
//   - names.go names people and subjects.
//   - people.go, faculties.go and courses.go write the objects.
//   - school.go is what a student information system knows of it, school_days.go what becomes of that day by day, and the
//     others beside them the files in which such systems say it, whole or what changed, clean or dirty.
package university
