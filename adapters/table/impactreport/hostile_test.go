package impactreport_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/metering"
)

// unclosed takes away what ends a direction of writing.
var unclosed = strings.NewReplacer("\u202c", "", "\u2069", "")

// Whatever texts hold, they are shown, and nothing of them is run.
func TestHostileTexts(t *testing.T) {
	for _, hostile := range []string{
		`</title><script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`,
		`' onmouseover='alert(1)`,
		`</style></svg></table><h1>mine</h1>`,
		`<!-- --><![CDATA[ ]]>`,
		`{{.Title}} ${x} %s %d`,
		`</text><use href="http://evil.example/x.svg#a"/>`,
		`javascript:alert(1)`,
		`style="font-family:Liberation Sans;font-variant:none;font-weight:normal;font-style:normal;`,
		strings.Repeat("LongWordWithoutABlank", 40),
		"right to left \u202e and a zero \u200b width",
		"日本語 и кириллица 🚰",
	} {
		r := proposal(t, 200)
		before, after := r.Before.Engine, r.After.Engine
		in := march("ord-water", "3/4")
		study := ratecheck.NewStudy(before, after)
		invented(t, study, 50)
		for range 3 {
			a := ratecheck.Account{ID: hostile, Pos: problem.Pos{File: hostile, Line: 1}, Class: hostile, Before: in, After: in}
			a.Before.Usage, _ = metering.VolumeOf("12", metering.CCF748)
			a.After.Usage = a.Before.Usage
			require.NoError(t, study.Add(&a))
		}
		study.LeaveOut(hostile, &problem.Error{Code: problem.Code(hostile), What: hostile})
		impact, err := study.Impact()
		require.NoError(t, err)
		for i := range impact.All.Revenue {
			impact.All.Revenue[i].Text = hostile
		}
		r = impactreport.Report{
			Title: hostile, Before: impactreport.Book{Name: hostile, Engine: before}, After: impactreport.Book{Name: hostile, Engine: after}, Impact: impact,
			Differences: []impactreport.Sentence{{About: hostile, Text: hostile, Source: hostile}},
			Customers:   []ratecheck.Customer{{Class: hostile, Label: hostile, Before: in, After: in}},
			Income:      r.Income, Notes: []string{hostile}, Proof: []impactreport.Proof{{What: hostile, Result: hostile}},
		}
		root := requireSound(t, written(t, r))
		want := textOf(parsed(t, "<p>"+strings.ReplaceAll(hostile, "<", "&lt;")))
		require.Equal(t, want, unclosed.Replace(textOf(all(root, "h1")[0])))
		require.Equal(t, want, textOf(all(root, "title")[0]))
		found := map[string]bool{}
		for _, n := range all(root, "h3", "figcaption", "caption", "th", "td", "li", "strong", "dt") {
			found[unclosed.Replace(textOf(n))] = true
		}
		for _, text := range []string{want, want + ": Bills by how much they change", want + ": Revenue by charge and tier", "Bill against usage: " + want,
			want + " [" + want + "]", want + ":1", want + ": " + want} {
			require.True(t, found[text], text)
		}
	}
}

func TestTextsThatAreNotUTF8(t *testing.T) {
	r := proposal(t, 10)
	r.Title = "bad \xff\xfe and \x00"
	r.Customers[0].Label = "\xc3\x28"
	page := written(t, r)
	require.True(t, utf8.ValidString(page))
	require.False(t, strings.Contains(page, "\x00"))
	requireSound(t, page)
}

func TestNothingStudied(t *testing.T) {
	r := proposal(t, 10)
	r.Impact = ratecheck.Impact{}
	root := requireSound(t, written(t, r))
	text := textOf(root)
	require.Contains(t, text, "There is no bill that both books price")
	require.Contains(t, text, "There are no accounts.")
	require.Contains(t, text, "No usage of this class was studied; usages up to some 30 CCF are shown.")
	require.Len(t, all(root, "svg"), len(r.Customers))
	require.NotContains(t, text, "Revenue")
}

func TestAnEmptyReport(t *testing.T) {
	r := proposal(t, 10)
	root := requireSound(t, written(t, impactreport.Report{Before: impactreport.Book{Engine: r.Before.Engine}, After: impactreport.Book{Engine: r.After.Engine}}))
	require.Equal(t, "What a change of rates does", textOf(all(root, "h1")[0]))
	require.Contains(t, textOf(root), "From the rates before to the rates after")
}

func TestOnlyRefusedAccounts(t *testing.T) {
	r := proposal(t, 10)
	study := ratecheck.NewStudy(r.Before.Engine, r.After.Engine)
	for range 1_200 {
		in := march("ord-water", "10")
		require.Error(t, study.Add(&ratecheck.Account{Before: in, After: in}))
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	r.Impact = impact
	root := requireSound(t, written(t, r))
	require.Contains(t, textOf(all(root, "section")[0]), "1,200 of 1,200 accounts")
	require.Equal(t, []string{"ord-water", "both books", "something about the account has a value that the rates do not know", "E_FACT_VALUE", "1,200", "–", "–"},
		tables(t, root)["Accounts left out"][1])
}

func TestOneClass(t *testing.T) {
	r := proposal(t, 10)
	study := ratecheck.NewStudy(r.Before.Engine, r.After.Engine)
	in := march("ord-fire", "4")
	require.NoError(t, study.Add(&ratecheck.Account{Before: in, After: in}))
	impact, err := study.Impact()
	require.NoError(t, err)
	r.Impact = impact
	root := requireSound(t, written(t, r))
	require.NotContains(t, textOf(root), "Class by class", "it is all there is")
	require.Contains(t, textOf(root), "No bill changes: 1 bill.")
}
