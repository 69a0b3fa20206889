// Package schematest compares the JSON Schema of rate book files with their parser, by
// a validator that is no part of the module whose schema it is.
package schematest
