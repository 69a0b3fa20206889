package adaptertest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// cards is a source of lines "meter,reading,day,name". Each fault is one that a writer of sources makes.
type cards struct {
	open  func() (io.ReadCloser, error)
	fault string
	used  *bool // for faults that remember
}

const (
	wholeCards   = "7001,45210,2026-11-30,QUILLFEATHER A\n7002,,2026-11-30,DOE J\n7003,77,2026-11-30,ROE R\nx\n7004,12,2026-11-30,LARCH P\n"
	damagedCards = "7001,45210,2026-11-30,QUILLFEATHER A\n7002,,2026-11-30,DOE J\n7003,7O,2026-11-30,ROE R\nx\n7004,12,2026-11-30,LARCH P\n"
)

func (c cards) Reads() iter.Seq2[metering.Delivered, error] {
	return func(yield func(metering.Delivered, error) bool) {
		is := func(fault string) bool { return c.fault == fault }
		if is("nothing the second time") {
			if *c.used {
				return
			}
			*c.used = true
		}
		file, err := c.open()
		if err != nil {
			if !is("swallows the failure to open") {
				yield(metering.Delivered{}, fmt.Errorf("cards: %w", err))
			}
			return
		}
		if !is("never closes") {
			defer func() { _ = file.Close() }()
		}
		if is("closes twice as many") {
			again, _ := c.open()
			_ = again
		}
		if is("panics") {
			panic("no such thing")
		}
		if is("never ends") {
			for yield(c.card(1, "7001,45210,2026-11-30,A", true)) {
			}
			return
		}
		lines, n := bufio.NewReader(file), 0
		if is("reads everything first") {
			all, err := io.ReadAll(file)
			lines = bufio.NewReader(io.MultiReader(strings.NewReader(string(all)), failing{err}))
		}
		told := ""
		buffer, bad := make([]byte, 4), false
		var late []metering.Delivered
		for {
			line, err := lines.ReadString('\n')
			if line != "" {
				n++
				ended := strings.HasSuffix(line, "\n")
				if !ended && err != nil && err != io.EOF && !is("takes what a failure tore for whole") {
					line = "" // the source failed within it
				}
				if is("drops a line without an end") && !ended {
					line = ""
				}
				if is("stops after fifty lines") && n > 50 || is("stops after six lines") && n > 6 {
					return
				}
				if is("skips a line") && n == 3 {
					line = ""
				}
				if line != "" {
					d, _ := c.card(n, strings.TrimSuffix(line, "\n"), ended)
					if is("reuses its buffer") && len(d.Meter) == 4 {
						copy(buffer, d.Meter)
						d.Meter = unsafe.String(&buffer[0], 4)
					}
					if is("reuses the buffer of its reader") && len(d.Meter) == 4 {
						copy(buffer, d.Meter)
						d.Reader, _ = approval.ParsePerson(unsafe.String(&buffer[0], 4))
					}
					if n == 3 {
						bad = d.Finding != nil
					}
					if is("spoils what follows a bad line") && bad && n == 5 {
						d.Number = exact.Number{}
					}
					if is("ends at a bad line") && d.Finding != nil && n == 3 {
						return
					}
					if is("an error for a bad line") && d.Finding != nil && n == 3 {
						yield(metering.Delivered{}, d.Finding)
						return
					}
					if is("tells one of two bad lines") && d.Finding != nil {
						if d.Finding.What == told {
							continue
						}
						told = d.Finding.What
					}
					if is("ends at the second of two bad lines") && d.Finding != nil {
						if d.Finding.What == told {
							return
						}
						told = d.Finding.What
					}
					if is("drops the bad line") && d.Finding != nil && n == 3 {
						continue
					}
					if d.Finding != nil && is("the findings once") {
						if *c.used {
							continue
						}
						*c.used = true
					}
					if d.Finding != nil && is("each finding twice") && !yield(d, nil) {
						return
					}
					if is("the reads backwards") {
						late = append(late, d)
						continue
					}
					if !yield(d, nil) && !is("yields after false") {
						return
					}
				}
			}
			switch {
			case err == io.EOF:
				for i := range late {
					if !yield(late[len(late)-1-i], nil) {
						return
					}
				}
				return
			case err != nil:
				switch {
				case is("swallows the failure"):
				case is("loses the cause"):
					yield(metering.Delivered{}, errors.New(err.Error()))
				case is("tells the line in the error"):
					yield(metering.Delivered{}, fmt.Errorf("%w: QUILLFEATHER", err))
				case is("goes on after an error where it may"):
					for yield(metering.Delivered{}, err) {
					}
				case is("goes on after an error"):
					yield(metering.Delivered{}, err)
					yield(metering.Delivered{}, err)
				default:
					yield(metering.Delivered{}, err)
				}
				return
			}
		}
	}
}

// failing ends a stream as another one ended.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

var state string // of sources that share what they should not

// card is what one line tells.
func (c cards) card(n int, line string, ended bool) (metering.Delivered, error) {
	is := func(fault string) bool { return c.fault == fault }
	pos := problem.Pos{Line: n}
	switch {
	case is("no place") && n == 3:
		pos = problem.Pos{}
	case is("no row") && n == 3:
		pos = problem.Pos{File: "cards"}
	}
	finding := func(what string) (metering.Delivered, error) {
		if is("tells the line in a finding") {
			what += ": " + line
		}
		e := &problem.Error{Code: "BadCard", Pos: pos, What: what, Fix: "look at the card"}
		if is("the place of a finding elsewhere") {
			e.Pos.Line++
		}
		return metering.Delivered{Pos: pos, Finding: e}, nil
	}
	cells := strings.Split(line, ",")
	if len(cells) < 3 && !(is("guesses a number of what was cut") && len(cells) == 2) {
		return finding("cells are missing")
	}
	if is("guesses a number of what was cut") && len(cells) == 2 {
		cells = append(cells, "2026-11-30")
	}
	switch {
	case is("tells the name that is too long") && len(cells) > 3 && len(cells[3]) > 15:
		return finding("the name is too long: " + cells[3])
	case is("tells the line without an end") && !ended:
		return finding("the line has no end: " + line)
	}
	d := metering.Delivered{Pos: pos, Meter: cells[0], State: metering.NoRead, Unended: !ended}
	day, err := civil.ParseDate(cells[2])
	if err != nil {
		return finding("the day is none")
	}
	d.Day = day
	if is("the meter of another source") {
		state, d.Meter = d.Meter, max(state, d.Meter)
	}
	if cells[1] == "" {
		if is("zero for no number") {
			d.State, d.Source = metering.Read, metering.Actual
		}
		if is("a source for no number") {
			d.Source = metering.Actual
		}
		if is("minutes of no number") {
			d.Minutes = 60
		}
		if is("a declared rollover of nothing") {
			d.RolledOver = true
		}
		return d, nil
	}
	number, err := exact.ParseNumber(cells[1])
	if err != nil {
		return finding("the reading is no number")
	}
	d.State, d.Number, d.Source = metering.Read, number, metering.Actual
	switch {
	case is("a doubt with a name") && len(cells) > 3:
		d.Doubt = metering.Exception{Code: metering.BadDate, Words: cells[3]}
	case is("a unit that nobody stated"):
		d.Unit = metering.Gallon
	case is("guesses a number of what was cut"):
		d.Unended = false
	case is("takes what a failure tore for whole") && len(cells) == 3:
		d.Unended, d.Number = false, number.Neg()
	case is("the day as an instant"):
		d.At = time.Date(2026, time.November, 30, 0, 0, 0, 0, time.UTC)
	}
	return d, nil
}

func number(n int64) exact.Number {
	value, err := exact.NewNumber(n, 0)
	if err != nil {
		panic(err)
	}
	return value
}

func wanted() []metering.Delivered {
	day := civil.MustDate("2026-11-30")
	read := func(line int, meter string, n int64) metering.Delivered {
		return metering.Delivered{Pos: problem.Pos{Line: line}, Meter: meter, State: metering.Read, Number: number(n), Day: day, Source: metering.Actual}
	}
	return []metering.Delivered{
		read(1, "7001", 45210), {Pos: problem.Pos{Line: 2}, Meter: "7002", State: metering.NoRead, Day: day}, read(3, "7003", 77), read(5, "7004", 12),
	}
}

// delivery is one of cards, as their maker would test them.
func delivery(fault string) *Delivery {
	return &Delivery{
		Bytes: func(open func() (io.ReadCloser, error)) metering.ReadSource {
			return cards{open: open, fault: fault, used: new(bool)}
		},
		Content: []byte(wholeCards), Damaged: []byte(damagedCards), Want: wanted(), Findings: 1, Survive: 3,
		Personal: []string{"QUILLFEATHER", "LARCH"},
	}
}

// broken runs the rules, and gives those that were broken with what they said, and those that were left out.
func broken(t *testing.T, d *Delivery) (said map[string]string, left map[string]string) {
	t.Helper()
	require.NoError(t, d.usable())
	said, left = map[string]string{}, map[string]string{}
	for _, r := range rules {
		reason, err := r.test(d)
		if err != nil {
			said[r.name] = err.Error()
		} else if reason != "" {
			left[r.name] = reason
		}
	}
	return said, left
}

func TestASourceThatKeepsTheRulesPasses(t *testing.T) {
	ReadSource(t, *delivery(""))
	said, left := broken(t, delivery(""))
	require.Empty(t, said)
	require.Empty(t, left)
}

func TestEveryBrokenSourceFailsTheSubtestOfItsRule(t *testing.T) {
	tested := map[string]bool{}
	for fault, want := range map[string]struct{ rule, says string }{
		"skips a line":                        {"delivers what is wanted in order", "read 3 differs: "},
		"a unit that nobody stated":           {"delivers what is wanted in order", "read 1 differs: Unit is gal, and "},
		"zero for no number":                  {"delivers what is wanted in order", "read 2 differs: State is read, and no_read was wanted"},
		"the day as an instant":               {"delivers what is wanted in order", "At is 2026-11-30"},
		"each finding twice":                  {"delivers what is wanted in order", "2 findings came, and 1 were wanted: [4: BadCard: cells are missing"},
		"panics":                              {"delivers what is wanted in order", "panicked: no such thing"},
		"never ends":                          {"delivers what is wanted in order", "it does not end"},
		"a declared rollover of nothing":      {"every item checks", "the state is no_read"},
		"a source for no number":              {"no number without a reading", "the item at 2 is no_read, and has a number"},
		"no place":                            {"places ascend and are set", "has no place"},
		"no row":                              {"places ascend and are set", "read 3 has no line, or number of a row"},
		"the place of a finding elsewhere":    {"places ascend and are set", "says that it is at 5"},
		"the reads backwards":                 {"places ascend and are set", "the read at 3 comes after that at 5"},
		"nothing the second time":             {"reads again or says why not", "0 reads came, and 4 were wanted"},
		"the findings once":                   {"reads again or says why not", "read again, it gives 0 findings, and gave 1"},
		"yields after false":                  {"stops when asked", "stopped after 1 items, and yield was called"},
		"never closes":                        {"closes what it opens", "1 streams were opened and 0 closed"},
		"closes twice as many":                {"closes what it opens", "2 streams were opened and 1 closed"},
		"reuses its buffer":                   {"kept items do not change", "the item at 1 changed while the stream went on"},
		"reuses the buffer of its reader":     {"kept items do not change", "the item at 1 changed while the stream went on"},
		"minutes of no number":                {"no number without a reading", "the item at 2 is no_read, and has a number"},
		"swallows the failure":                {"tells a failure", "failing after 0 bytes: the failure was not told"},
		"swallows the failure to open":        {"tells a failure", "failing where it is opened: the failure was not told"},
		"loses the cause":                     {"tells a failure", "errors.Is does not find the failure"},
		"takes what a failure tore for whole": {"tells a failure", "failing after 21 bytes: read 1 differs: "},
		"spoils what follows a bad line":      {"loses one bad item alone", "a read of meter 7004 came that the whole delivery has not, or not there"},
		"goes on after an error":              {"ends with an error", "1 items follow the error"},
		"guesses a number of what was cut":    {"guesses nothing of what was cut", "cut after 6 bytes: read 1 differs: Number is 4, and 45210 was wanted"},
		"ends at a bad line":                  {"loses one bad item alone", "2 reads survive the damage, and 3 were to"},
		"an error for a bad line":             {"loses one bad item alone", "the damaged delivery ends with an error"},
		"drops the bad line":                  {"loses one bad item alone", "the damage gives no finding"},
		"drops a line without an end":         {"loses no last line without an end", "without its last line end the delivery gives 4 items, and 5 with it"},
		"tells one of two bad lines":          {"tells each bad item", "the bad item stands there twice, and adds no finding: 2 with it once, 2 with it twice"},
		"ends at the second of two bad lines": {"tells each bad item", "2 reads survive two bad items, and 3 were to"},
		"stops after six lines":               {"loses nothing of a long delivery", "no line of the delivery gives anything when it comes again"},
		"stops after fifty lines":             {"loses nothing of a long delivery", "with one item 1000 times more the delivery gives 50 items, and 1005 were to come"},
		"reads everything first":              {"is a stream", "it asked for more than 1048576 bytes before it gave an item"},
		"the meter of another source":         {"shares no state", "read in turns with another: read 1 differs: Meter"},
		"tells the line in a finding":         {"tells of no person", `holds "QUILLFEATHER"`},
		"tells the line in the error":         {"tells of no person", `the error at  holds "QUILLFEATHER"`},
		"goes on after an error where it may": {"ends with an error", "1 items follow the error"},
		"tells the name that is too long":     {"tells of no person", `the finding at 1 holds "QUILLFEATHER"`},
		"tells the line without an end":       {"tells of no person", `the finding at 1 holds "QUILLFEATHER"`},
		"a doubt with a name":                 {"tells of no person", `the doubt at 1 holds "QUILLFEATHER"`},
	} {
		t.Run(fault, func(t *testing.T) {
			state = ""
			said, _ := broken(t, delivery(fault))
			require.Contains(t, said, want.rule)
			require.Contains(t, said[want.rule], want.says)
		})
		tested[want.rule] = true
	}
	for _, r := range rules {
		require.True(t, tested[r.name], "no broken source for the rule %q", r.name)
	}
}

// TestSourcesThatFailInTwoGoroutinesFail has sources that do as they should in turns, and not where two begin at once.
func TestSourcesThatFailInTwoGoroutinesFail(t *testing.T) {
	var beginning atomic.Int64
	d := &Delivery{Items: func() metering.ReadSource { return atOnce{&beginning} }, Want: wanted()}
	_, err := apart(d)
	require.ErrorContains(t, err, "read in two goroutines: 0 reads came, and 4 were wanted")
}

type atOnce struct{ beginning *atomic.Int64 }

func (a atOnce) Reads() iter.Seq2[metering.Delivered, error] {
	return func(yield func(metering.Delivered, error) bool) {
		a.beginning.Add(1)
		for range 200 {
			if a.beginning.Load() > 1 {
				return
			}
			time.Sleep(time.Millisecond)
		}
		a.beginning.Add(-1)
		listed(wanted()).Reads()(yield)
	}
}

func TestWhatCannotBeTestedIsLeftOutWithItsReason(t *testing.T) {
	d := &Delivery{Items: func() metering.ReadSource { return delivery("").open() }, Want: wanted(), Findings: 1}
	said, left := broken(t, d)
	require.Empty(t, said)
	require.Equal(t, map[string]string{
		"closes what it opens":            "the source is no stream of bytes",
		"tells a failure":                 "Failing makes no source that fails",
		"ends with an error":              "Failing makes no source that fails",
		"guesses nothing of what was cut": "the source is no stream of bytes",
		"loses one bad item alone":        "no damaged delivery is given",
		"tells of no person":              "no personal text is named",

		"loses no last line without an end": "the source is no stream of bytes",
		"tells each bad item":               "no damaged delivery is given",
		"is a stream":                       "the source is no stream of bytes",
		"loses nothing of a long delivery":  "the source is no stream of bytes",
	}, left)
	read := delivery("")
	read.Want, read.Content, read.Damaged, read.Findings = wanted()[:1], []byte("7001,45210,2026-11-30,QUILLFEATHER A\n7003,77,2026-11-30,LARCH P\n"), nil, 0
	read.Want = append(read.Want, wanted()[2])
	read.Want[1].Pos.Line = 2
	_, left = broken(t, read)
	require.Equal(t, "the delivery has no meter that was not read", left["no number without a reading"])
}

func TestADeliveryThatProvesNothingIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Delivery){
		"give either Bytes or Items":       func(d *Delivery) { d.Bytes = nil },
		"Failing and DamagedItems go with": func(d *Delivery) { d.Failing = func(int, error) metering.ReadSource { return nil } },
		"Twice and Endless go with Bytes": func(d *Delivery) {
			d.Bytes, d.Items, d.Content, d.Damaged, d.Twice = nil, d.open, nil, nil, []byte("x")
		},
		"Endless go with Bytes": func(d *Delivery) {
			d.Bytes, d.Items, d.Content, d.Damaged, d.Endless = nil, d.open, nil, nil, func() io.Reader { return nil }
		},
		"TwiceItems goes with Items":           func(d *Delivery) { d.TwiceItems = d.open },
		"Content and Damaged go with Bytes":    func(d *Delivery) { d.Bytes, d.Items = nil, d.open },
		"fewer than two reads":                 func(d *Delivery) { d.Want = d.Want[:1] },
		"Survive is 4: of the 4 reads":         func(d *Delivery) { d.Survive = 4 },
		"Survive is 0: of the 4 reads":         func(d *Delivery) { d.Survive = 0 },
		"Want[1] is a finding":                 func(d *Delivery) { d.Want[1].Finding = &problem.Error{} },
		"Want[2] cannot be delivered: 3: E_RE": func(d *Delivery) { d.Want[2].Source = 0 },
	} {
		d := delivery("")
		change(d)
		require.ErrorContains(t, d.usable(), name)
	}
	d := delivery("")
	d.Personal = []string{"NOBODY"}
	said, _ := broken(t, d)
	require.Equal(t, map[string]string{"tells of no person": `"NOBODY" does not stand in the delivery, and its absence proves nothing`}, said)
}

func TestWhatIsTornStandsAtTheEnd(t *testing.T) {
	want := wanted()
	torn := want[1]
	torn.Unended, torn.Meter = true, "70"
	require.NoError(t, beginning(want, want))
	require.NoError(t, beginning(want, want[:2]))
	require.NoError(t, beginning(want, []metering.Delivered{want[0], torn}))
	require.ErrorContains(t, beginning(want, []metering.Delivered{torn, want[0]}), "the read at 2 is Unended, and that at 1 follows it")
	require.ErrorContains(t, beginning(want, want[1:]), "read 1 differs: Pos is 2, and 1 was wanted; Meter is 7002")
	require.ErrorContains(t, beginning(want, append(wanted(), want[0])), "5 reads came, and 4 were wanted: the first that is more is of meter 7001 at 1")
}

// A finding of another maker's that is changed by a caller must not be the one that the next caller gets.
func TestASourceThatHandsOutItsOwnFindingFails(t *testing.T) {
	own := &problem.Error{Code: "BadRow", Pos: problem.Pos{Line: 4}, What: "the row is none", Fix: "look at it"}
	d := &Delivery{Items: func() metering.ReadSource {
		items := wanted()
		return listed(append(items[:3:3], metering.Delivered{Pos: own.Pos, Finding: own}, items[3]))
	}, Want: wanted(), Findings: 1}
	said, _ := broken(t, d)
	require.Equal(t, map[string]string{"kept items do not change": "the item at 4 differs after the caller has changed an earlier one"}, said)
}

type listed []metering.Delivered

func (l listed) Reads() iter.Seq2[metering.Delivered, error] {
	return func(yield func(metering.Delivered, error) bool) {
		for _, d := range l {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// TestTheBadItemStandsTwice has what the suite doubles by itself, and what the host has to give.
func TestTheBadItemStandsTwice(t *testing.T) {
	for name, c := range map[string]struct{ content, damaged, want string }{
		"a line":            {"a\nb\nc\n", "a\nx\nc\n", "a\nx\nx\nc\n"},
		"the last one":      {"a\nb\n", "a\nx\n", "a\nx\nx\n"},
		"without an end":    {"a\nb", "a\nx", ""}, // one line would come of two
		"two lines":         {"a\nb\nc\n", "a\nx\ny\n", ""},
		"another count":     {"a\nb\nc\n", "a\nc\n", ""},
		"none that differs": {"a\n", "a\n", ""},
		"with a CR":         {"a\r\nb\r\n", "x\r\nb\r\n", "x\r\nx\r\nb\r\n"},
		"only a bad end":    {"a\nb\n", "a\nb\r\n", "a\nb\r\nb\r\n"},
	} {
		d := &Delivery{Content: []byte(c.content), Damaged: []byte(c.damaged)}
		require.Equal(t, c.want, string(d.doubled()), name)
	}
	d := delivery("tells one of two bad lines")
	d.Damaged = []byte(strings.Replace(damagedCards, "x\n", "y\n", 1)) // two lines differ
	_, left := broken(t, d)
	require.Equal(t, "Damaged does not differ from Content in one line, and Twice is not given", left["tells each bad item"])
	d.Twice = []byte(strings.Replace(damagedCards, "x\n", "7003,7O,2026-11-30,ROE R\nx\n", 1))
	said, _ := broken(t, d)
	require.Contains(t, said, "tells each bad item")

	items := func(bad ...string) func() metering.ReadSource {
		return func() metering.ReadSource {
			text := "7001,45210,2026-11-30,A\n7002,,2026-11-30,B\n" + strings.Join(bad, "") + "x\n7004,12,2026-11-30,C\n"
			return cards{open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, fault: "tells one of two bad lines"}
		}
	}
	rows := &Delivery{Items: items("7003,77,2026-11-30,D\n"), DamagedItems: items("7003,7O,2026-11-30,D\n"), Want: wanted(), Findings: 1, Survive: 3}
	_, left = broken(t, rows)
	require.Equal(t, "TwiceItems is not given", left["tells each bad item"])
	rows.TwiceItems = items("7003,7O,2026-11-30,D\n", "7003,7O,2026-11-30,D\n")
	said, _ = broken(t, rows)
	require.Contains(t, said, "tells each bad item")
}

// TestAStreamMayBeTheHosts has a delivery whose first item comes late, and one that the suite cannot make longer.
func TestAStreamMayBeTheHosts(t *testing.T) {
	d := delivery("")
	long := strings.Repeat(" ", Ahead-1) + "\n"
	card := "7001,45210,2026-11-30,A\n"
	d.Endless = func() io.Reader { return io.MultiReader(strings.NewReader(card), endless([]byte(card))) }
	_, err := streams(d)
	require.NoError(t, err)
	d = delivery("reads everything first")
	d.Endless = func() io.Reader { return endless([]byte(card)) }
	_, err = streams(d)
	require.ErrorContains(t, err, "before it gave an item")
	d = delivery("")
	d.Endless = func() io.Reader { return strings.NewReader("") }
	_, err = streams(d)
	require.ErrorContains(t, err, "it ended before an item came")
	d.Endless = func() io.Reader { return io.MultiReader(strings.NewReader(long), endless([]byte(long))) }
	_, err = streams(d)
	require.NoError(t, err, "a finding is an item, and as much as that may be asked for")
}

// TestWhatCanHaveNoLineEndIsLeftOut has a delivery that ends in the middle of its line.
func TestWhatCanHaveNoLineEndIsLeftOut(t *testing.T) {
	d := delivery("")
	d.Content = []byte(strings.TrimSuffix(wholeCards, "\n"))
	for _, test := range []func(*Delivery) (string, error){unended, long} {
		left, err := test(d)
		require.NoError(t, err)
		require.Contains(t, left, "Content does not end with the end of a line")
	}
}

// TestALongDeliveryMayBeTheHosts has a delivery that the suite cannot make longer, and sources that lose some of it.
func TestALongDeliveryMayBeTheHosts(t *testing.T) {
	card := "7009,45210,2026-11-30,A\n"
	for broken, want := range map[string]string{
		"": "", "stops after fifty lines": "with one item 1000 times more the delivery gives 50 items, and 1005 were to come",
	} {
		d := delivery(broken)
		d.Content = []byte(strings.TrimSuffix(wholeCards, "\n"))
		d.Longer = func(times int) []byte { return []byte(wholeCards + strings.Repeat(card, times)) }
		left, err := long(d)
		require.Empty(t, left)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
	d := delivery("")
	d.Longer = func(int) []byte { return []byte(wholeCards) }
	_, err := long(d)
	require.ErrorContains(t, err, "the last item gives nothing when it comes again")
}
