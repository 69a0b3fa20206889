package payments

import (
	"encoding/binary"
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
	// Held says that it is in a batch that was held and never posted: it is no duplicate of itself when the batch is given again, corrected or
	// accepted, under its own key.
	Held bool
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
		if err := f.check(); err != nil {
			return nil, &problem.Error{Code: ErrReceipt, Path: fmt.Sprintf("files[%d]", i), Err: err}
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
		if err := p.check(); err != nil {
			return nil, &problem.Error{Code: ErrReceipt, Path: fmt.Sprintf("payments[%d]", i), Err: err}
		}
		s.marks[p.Mark] = p
		i++
	}
	return s, nil
}

// markTable finds sightings by their marks, the last of each. It holds their places alone, so that a day's fit into a processor's cache.
type markTable struct {
	slots []int32 // 1 more than the place of a sighting; 0 where there is none
	used  int
}

func newMarkTable(n int) markTable {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return markTable{slots: make([]int32, size)}
}

// slot is where the search for a mark begins. Marks are random already; their words are mixed for those that a host makes otherwise.
func (t *markTable) slot(mark *Mark) int {
	h := uint64(0)
	for i := 0; i < len(mark); i += 8 {
		h = (h ^ binary.LittleEndian.Uint64(mark[i:])) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return int(h) & (len(t.slots) - 1)
}

func (t *markTable) find(mark Mark, all []sighted) (int32, bool) {
	for at := t.slot(&mark); t.slots[at] != 0; at = (at + 1) & (len(t.slots) - 1) {
		if i := t.slots[at] - 1; all[i].mark == mark {
			return i, true
		}
	}
	return 0, false
}

// put puts the last of the sightings into the table, in place of an earlier one of its mark.
func (t *markTable) put(all []sighted) {
	if t.used++; 2*t.used > len(t.slots) {
		*t = newMarkTable(4 * t.used)
		for i := range all[:len(all)-1] {
			t.set(int32(i), all)
		}
		t.used = len(all)
	}
	t.set(int32(len(all)-1), all)
}

func (t *markTable) set(i int32, all []sighted) {
	at := t.slot(&all[i].mark)
	for ; t.slots[at] != 0; at = (at + 1) & (len(t.slots) - 1) {
		if all[t.slots[at]-1].mark == all[i].mark {
			break
		}
	}
	t.slots[at] = i + 1
}
