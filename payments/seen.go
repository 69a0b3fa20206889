package payments

import (
	"fmt"
	"iter"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Sighting is a payment that was taken before, as the host keeps it: its mark and the key of its receipt.
type Sighting struct {
	Mark Mark
	// Receipt is the key of its receipt, see [ReceiptKey].
	Receipt string
	// Reversed says that it was taken back: a check that comes again after its return is no duplicate.
	Reversed bool
}

// FileSighting is a file that was processed before. Loose is the zero Mark where none was made.
type FileSighting struct {
	Key            string
	Content, Loose Mark
}

// Seen is what was taken before: the files, and the payments that may come again. A host that has millions gives those whose marks
// are in the day's files. It is not changed, and is safe for use by several goroutines.
type Seen struct {
	marks map[Mark]Sighting
	files map[Mark]string
	loose map[Mark]string
}

// NewSeen takes what was taken before. Of several sightings of one mark the last counts. A sighting without a mark or a receipt is
// [ErrReceipt].
func NewSeen(files []FileSighting, payments iter.Seq[Sighting]) (*Seen, error) {
	s := &Seen{marks: map[Mark]Sighting{}, files: map[Mark]string{}, loose: map[Mark]string{}}
	for i, f := range files {
		if f.Content.IsZero() || f.Key == "" {
			return nil, &problem.Error{Code: ErrReceipt, Path: fmt.Sprintf("files[%d]", i), What: "a file that was processed has no mark or no key", Fix: "give those that Result.Files gave"}
		}
		s.files[f.Content] = f.Key
		if !f.Loose.IsZero() {
			s.loose[f.Loose] = f.Key
		}
	}
	if payments == nil {
		return s, nil
	}
	i := 0
	for p := range payments {
		if p.Mark.IsZero() || p.Receipt == "" {
			return nil, &problem.Error{Code: ErrReceipt, Path: fmt.Sprintf("payments[%d]", i), What: "a payment that was taken has no mark or no receipt", Fix: "give those that Result.Sightings gave"}
		}
		s.marks[p.Mark] = p
		i++
	}
	return s, nil
}
