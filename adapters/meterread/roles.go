package meterread

import "strings"

// roles are all that a field can mean: shared by every layout, whatever a vendor calls the field.
var roles = wordSet(`
	account meter_serial new_meter_serial endpoint_id endpoint_type register_id service_point location route sequence name address
	latitude longitude
	reading raw_reading billing_reading start_reading previous_reading usage interval_usage reading_or_usage low_limit high_limit
	high_percent tou_label
	unit interval_unit multiplier scalar scale resolution dials decimals
	read_at read_date read_time read_month read_day previous_date start_date end_date install_date file_date interval_start
	interval_end interval_minutes
	read_type read_code note_code note trouble_code reader quality estimated version purpose commodity change_out_flag
	continuous_flow_expected
	rollover_flag estimate_reason read_reason peak_time peak_date
`)

// listRoles may stand on several fields of a record.
var listRoles = wordSet("trouble_code note_code")

// numericRoles are numbers whatever their field's type is, where that is not text.
var numericRoles = wordSet(`
	reading raw_reading billing_reading start_reading previous_reading usage interval_usage reading_or_usage low_limit high_limit
	multiplier scalar scale resolution dials decimals interval_minutes
`)

// codeRoles are codes, which are text whatever the type of their field is: the zeros in front of one are a part of it.
var codeRoles = wordSet("trouble_code note_code read_code read_type read_reason estimate_reason quality")

// measuredRoles are read off a register: where a field of them is blank, nothing was read, and no default can stand for it. What the
// register of a new meter starts at is none of them: the vendor of a change-out says that a blank is zero.
var measuredRoles = wordSet("reading raw_reading billing_reading previous_reading usage interval_usage reading_or_usage")

// signedRoles may be below zero: a flow that ran backward, a power of ten.
var signedRoles = wordSet("usage interval_usage scale")

// otherDateRoles are dates of a line besides the one it was read on.
var otherDateRoles = wordSet("previous_date start_date end_date install_date file_date")

// personalRoles are of people and of where they live.
var personalRoles = wordSet("name address latitude longitude note")

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}
