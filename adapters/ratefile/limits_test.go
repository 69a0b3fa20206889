package ratefile_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/rates"
)

// small is a book with that charge.
func small(charge string) string {
	return "headgate: rate-book/1\nname: Small\nschedules:\n  - id: a\n    unit: CCF\n    rounding: {mode: up, place: line}\n    select: by_period_start\n" +
		"    proration: not_prorated\n    usage: exact\n    versions:\n      - charges:\n          - id: a\n            " + charge + "\n"
}

func TestAHundredThousandTiers(t *testing.T) {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(small("tiers:"), "\n"))
	for i := range 100_000 {
		fmt.Fprintf(&b, "\n              - {up_to: %d, price: %d.5}", i+1, i)
	}
	open := b.String() + "\n              - {price: 1}\n"
	f := parsed(t, open)
	_, err := f.Compile()
	require.NoError(t, err)
	require.Equal(t, strings.Replace(open, "\nschedules:", "\n\nschedules:", 1), formatted(t, open))
	require.Len(t, f.Book().Schedules[0].Versions[0].Charges[0].Rule.(rates.Tiered).Tiers, 100_001)

	// The last bound of all is out of order.
	found := problems(strings.Replace(open, "up_to: 100000,", "up_to: 5,", 1))
	require.Len(t, found, 1)
	require.Equal(t, "100013:25 E_TIER_ORDER schedules[0].versions[0].charges[0].tiers[99999].up_to", line(found[0]))

	// Every one is at fault: what is reported has an end.
	found = problems(strings.ReplaceAll(open, "price: ", "prize: x"))
	require.Len(t, found, 1000)
}

func TestAHundredThousandRows(t *testing.T) {
	rows := make([]string, 100_000)
	for i := range rows {
		rows[i] = fmt.Sprintf("r%d: %d", i, i)
	}
	src := small("fixed: {by: a.b, rows: {" + strings.Join(rows, ", ") + "}}\n    facts: {a.b: {type: text}}")
	src = strings.Replace(src, "    versions:", "    facts: {a.b: {type: text}}\n    versions:", 1)
	src = strings.TrimSuffix(src, "    facts: {a.b: {type: text}}\n")
	f := parsed(t, src)
	_, err := f.Compile()
	require.NoError(t, err)
	out, err := ratefile.Marshal(f.Book())
	require.NoError(t, err)
	require.Equal(t, formatted(t, src), string(out))
}

func TestWhatIsTooLargeOrTooDeepIsRefused(t *testing.T) {
	huge := strings.Repeat("9", 20_000)
	for name, c := range map[string]struct{ src, code, at string }{
		"deep lists":            {small("fixed: " + strings.Repeat("[", 5000)), "E_YAML", "13:1020"},
		"deep tables":           {small("fixed: " + strings.Repeat("{by: x, rows: {a: ", 300) + "1" + strings.Repeat("}}", 300)), "E_DEPTH", "13:"},
		"a huge number":         {small("fixed: " + huge), "E_NUMBER", "13:20"},
		"a huge quoted number":  {small(`fixed: "` + huge + `"`), "E_NUMBER", "13:20"},
		"a huge decimal":        {small("fixed: 0." + huge), "E_NUMBER", "13:20"},
		"a huge exponent":       {small("fixed: 1e" + huge), "E_FORMULA", "13:20"},
		"a huge negative power": {small("fixed: 1e-99999999"), "E_NUMBER", "13:20"},
		"a huge percentage":     {small(`fixed: "` + huge + `%"`), "E_NUMBER", "13:20"},
		"an empty file":         {"", "E_FORMAT", "1:1"},
		"comments alone":        {"# nothing\n# more\n", "E_FORMAT", "1:1"},
		"a text":                {"rates", "E_FORMAT", "1:1"},
		"a list":                {"- a\n", "E_FORMAT", "1:1"},
		"another mapping":       {"openapi: 3\ninfo: {}\n", "E_FORMAT", "1:1"},
		"an empty mapping":      {"{}", "E_FORMAT", "1:1"},
		"a document end":        {"...\n", "E_FORMAT", "1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			found := problems(c.src)
			require.Len(t, found, 1, "%.2000v", found)
			require.Equal(t, c.code, string(found[0].Code), "%.300v", found[0])
			require.Contains(t, found[0].Pos.String()+":", "f:"+c.at, "%.300v", found[0])
			require.Less(t, len(found[0].What+found[0].Fix), 600)
		})
	}
}

func TestAFileBeyondItsSizeIsRefusedUnread(t *testing.T) {
	src := small("fixed: 1")
	most := src + strings.Repeat("#", ratefile.MaxFile-len(src))
	_, err := ratefile.Parse("f", []byte(most))
	require.NoError(t, err)
	for _, parse := range []func() (*ratefile.File, error){
		func() (*ratefile.File, error) { return ratefile.Parse("f", []byte(most+"#")) },
		func() (*ratefile.File, error) {
			return ratefile.Read("f", io.MultiReader(strings.NewReader(most), strings.NewReader("##"), iotest.ErrReader(errors.New("read too far"))))
		},
	} {
		_, err = parse()
		require.ErrorIs(t, err, ratefile.ErrYAML)
		require.Contains(t, err.Error(), "16777216")
	}
}

func TestReadIsParse(t *testing.T) {
	src := read("good.yaml")
	f, err := ratefile.Read("f", strings.NewReader(src))
	require.NoError(t, err)
	require.Equal(t, parsed(t, src).Book(), f.Book())
	broken := errors.New("the disk is gone")
	_, err = ratefile.Read("f", iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
}

func TestAnAliasBombIsRefusedAtEachAnchor(t *testing.T) {
	bomb := "a0: &a0 [x, x]\n"
	for i := 1; i < 30; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	_, err := ratefile.Parse("f", []byte("headgate: rate-book/1\n"+bomb))
	require.ErrorIs(t, err, ratefile.ErrYAML)
	require.Contains(t, err.Error(), "f:2:5: E_YAML: the anchor &a0 is not part of the format")
}

func TestWhatIsReportedHasAnEnd(t *testing.T) {
	many := func(text string) string {
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, text, i, i)
		}
		return b.String()
	}
	rows := small("fixed: {by: m, rows: {" + strings.TrimSuffix(many("r%d: x%d, "), ", ") + "}}")
	rows = strings.Replace(rows, "    versions:", "    facts: {m: {type: text}}\n    versions:", 1)
	other := strings.Replace(strings.SplitN(small("fixed: y"), "schedules:\n", 2)[1], "id: a", "id: other", 1)
	check := "checks:\n  - {name: x, schedule: other, from: 2018-01-01, to: 2018-02-01, total: 9}\n"
	for name, c := range map[string]struct {
		src  string
		want int
		last string
	}{
		"unknown keys of a charge": {small("fixed: 1\n" + many("            k%d: %d\n")), 1000, "is no key of a charge"},
		"unknown names in rows":    {rows, 1001, "there are 99000 more problems of the book"},
		"charges of one ID":        {small("fixed: 1\n" + many("          - {id: a, fixed: %d.%d}\n")), 1001, "more problems of the book"},
		"another schedule's check": {rows + other + check, 1001, "there are 99001 more problems of the book"},
	} {
		t.Run(name, func(t *testing.T) {
			found := problems(c.src)
			require.Len(t, found, c.want)
			require.Contains(t, found[len(found)-1].What, c.last)
		})
	}
}
