package adaptertest

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/headgate-dev/headgate/metering"
)

// Delivery is a small delivery of reads, and what has to come of it. It is either a stream of bytes, as a file is, or a source
// that is none, as the rows of a database are.
type Delivery struct {
	// Bytes makes a source of a stream of bytes. open opens the stream from its beginning, each time anew; the suite gives it
	// cut and failing ones, too. What is opened has to be closed.
	Bytes func(open func() (io.ReadCloser, error)) metering.ReadSource
	// Content is the stream. It is read once for each of its bytes: a few lines will do.
	Content []byte
	// Damaged is Content with one bad item among good ones. Empty leaves out what such a one may lose.
	Damaged []byte
	// Twice is Damaged with its bad item twice. Where Damaged differs from Content in one line, the suite makes it of that.
	Twice []byte
	// Endless makes a stream that does not end: the first item of it has to come before [Ahead] bytes are asked for. nil is Content with
	// its last line again and again, which does for whatever gives an item before the content ends, as documents do too.
	Endless func() io.Reader
	// Longer is Content with its last item so many times more. nil is its last line, which no document may have twice.
	Longer func(times int) []byte

	// Items makes a source that is no stream of bytes.
	Items func() metering.ReadSource
	// Failing makes one that fails with cause after so many reads. nil leaves out what a failure shows.
	Failing func(reads int, cause error) metering.ReadSource
	// DamagedItems makes one with one bad item among good ones. nil leaves out what such a one may lose.
	DamagedItems func() metering.ReadSource
	// TwiceItems makes one with that bad item twice. nil leaves out whether each is told.
	TwiceItems func() metering.ReadSource

	// Want are the reads of the delivery, in their order, without its findings. Of a doubt the code is compared: words are the
	// source's own.
	Want []metering.Delivered
	// Findings is how many findings the delivery gives.
	Findings int
	// Survive is how many reads of Want the damaged delivery gives.
	Survive int
	// Personal are texts of the delivery that tell of a person: names, streets. They may stand in no finding and no error.
	Personal []string
}

// ReadSource proves that a source of reads keeps what [metering.ReadSource] and [metering.Delivered] say. Nothing is proved of what
// the delivery has not: give a name, a meter that was not read, and two reads of one meter, where the format has them.
func ReadSource(t *testing.T, d Delivery) {
	t.Helper()
	if err := d.usable(); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			left, err := r.test(&d)
			switch {
			case err != nil:
				t.Errorf("%v\nthe rule: %s\nit is stated at %s", err, r.says, r.at)
			case left != "":
				t.Skip("left out: " + left)
			}
		})
	}
}

// usable reports why a delivery can prove nothing.
func (d *Delivery) usable() error {
	switch {
	case (d.Bytes == nil) == (d.Items == nil):
		return errors.New("adaptertest: give either Bytes or Items")
	case d.Bytes != nil && d.TwiceItems != nil:
		return errors.New("adaptertest: TwiceItems goes with Items; of a stream of bytes, give Twice")
	case d.Bytes == nil && (len(d.Twice) > 0 || d.Endless != nil):
		return errors.New("adaptertest: Twice and Endless go with Bytes")
	case d.Bytes != nil && (d.Failing != nil || d.DamagedItems != nil):
		return errors.New("adaptertest: Failing and DamagedItems go with Items; a stream of bytes is cut and damaged as such")
	case d.Bytes == nil && len(d.Content)+len(d.Damaged) > 0:
		return errors.New("adaptertest: Content and Damaged go with Bytes")
	case len(d.Want) < 2:
		return errors.New("adaptertest: Want has fewer than two reads, and proves no order")
	case d.damaged() != nil && (d.Survive < 1 || d.Survive >= len(d.Want)):
		return fmt.Errorf("adaptertest: Survive is %d: of the %d reads some have to survive the damage, and not all", d.Survive, len(d.Want))
	}
	for i, w := range d.Want {
		if w.Finding != nil {
			return fmt.Errorf("adaptertest: Want[%d] is a finding; count it in Findings", i)
		}
		if err := w.Check(); err != nil {
			return fmt.Errorf("adaptertest: Want[%d] cannot be delivered: %w", i, err)
		}
	}
	return nil
}

// A rule is one promise of the interface, and its proof. The test says why it was left out, or what was broken.
type rule struct {
	name, says, at string
	test           func(*Delivery) (left string, broken error)
}

const (
	atSource    = "metering.ReadSource"
	atDelivered = "metering.Delivered"
)

// rules are in the order in which a writer of a source meets them.
var rules = []rule{
	{"delivers what is wanted in order", "Reads streams the delivery in its order, and nothing is guessed: what is not stated is the zero value",
		atSource, delivers},
	{"every item checks", "no item contradicts itself, and a finding is no read", "metering.Delivered.Check", checks},
	{"no number without a reading", "where State is not Read there is no number, no unit and no source", atDelivered, numberless},
	{"places ascend and are set", "Pos is where the item stands in the delivery, and reads come in its order", atDelivered + ".Pos", places},
	{"reads again or says why not", "Reads begins at the beginning, or gives an error: never less in silence", atSource, again},
	{"stops when asked", "after yield has said false it is not called again, wherever that is", "iter.Seq2", stops},
	{"closes what it opens", "a stream that was opened is closed once, however the reading ends", "adaptertest.Delivery.Bytes", closes},
	{"kept items do not change", "an item is the caller's: no later one writes over it, and what the caller does to it changes no other", atDelivered, keeps},
	{"tells a failure", "where the delivery fails, that is the error, and what came before holds", atSource, fails},
	{"ends with an error", "an error ends the stream: nothing follows it", atSource, ends},
	{"guesses nothing of what was cut", "of a delivery that was cut off, what came is as in the whole one, and what may not be whole is Unended",
		atDelivered + ".Unended", cut},
	{"loses no last line without an end", "each thing that was sent ends in a read or in a finding, and one at the end that has no line end does, too",
		atSource, unended},
	{"loses nothing of a long delivery", "each thing that was sent ends in a read or in a finding, however many there are", atSource, long},
	{"is a stream", "Reads streams the delivery in flat memory: an item comes before the whole of it is asked for", atSource, streams},
	{"loses one bad item alone", "each thing that was sent ends in a read or in a finding, and one that is bad never loses the rest", atSource, damaged},
	{"tells each bad item", "each thing that was sent ends in a read or in a finding: of two bad ones, both are told", atSource, twice},
	{"shares no state", "two sources that are read at once give each what it would alone", atSource, apart},
	{"tells of no person", "findings and errors hold ids and places, never what may tell of a person", atSource, discreet},
}
