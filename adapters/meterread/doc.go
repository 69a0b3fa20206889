// Package meterread reads and writes the files that meter readers, radio head-ends and their vendors exchange with a
// billing system. What a file looks like is data: a layout of a few lines of YAML, shipped here or a site's own.
//
//	layout, err := meterread.ShippedLayout("smartfusion-h-ezroute-reads")
//	layout, err = layout.Set("read_date.format", "MMDDYY") // what the vendor does not state, the site does
//	for item, err := range meterread.Decode(layout, file, meterread.Options{File: "reads.txt"}) {
//		switch {
//		case err != nil:
//			return err // the stream ends: it is no such file, or it cannot be read on
//		case item.Finding != nil:
//			fmt.Println(item.Finding) // reads.txt:14:69: NotNumeric: reading: a blank stands inside the number …
//		case item.Read.Status == meterread.Reading:
//			fmt.Println(item.Read.Meter(), item.Read.Digits, item.Read.At)
//		}
//	}
//
// Every line of a file ends in a record or in a finding, and one bad line never loses the rest. A zero, a meter that was
// not read and one that was skipped are three statuses, not three numbers. Nothing is guessed: a date without a year is
// completed by the close of the cycle or stays blank, a unit that nobody states is blank.
//
// Names, addresses and other personal fields never stand in findings or errors, and reads do not print them; see
// [Read.Name] and [Read.Raw].
package meterread
