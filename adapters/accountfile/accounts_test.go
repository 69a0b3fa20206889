package accountfile_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// told is what a change of rates makes of a file, a line for each row.
func told(t *testing.T, text string, c accountfile.Change) []string {
	t.Helper()
	file := reader(t, strings.NewReader(text))
	var all []string
	for a, err := range file.Accounts(c) {
		if err != nil {
			all = append(all, "error: "+err.Error())
			continue
		}
		side := func(in rates.Input) string {
			return fmt.Sprintf("%s %s %s %v", in.Schedule, in.Usage, in.Period, in.Facts)
		}
		all = append(all, fmt.Sprintf("%s %s %s: %s; %s", a.Pos, a.ID, a.Class, side(a.Before), side(a.After)))
	}
	return all
}

func TestAccountsOfAChange(t *testing.T) {
	before := engineOf(t, asks{"home", "CCF", []string{"zone"}}, asks{"shop", "CCF", nil}, asks{"old", "CCF", []string{"zone"}})
	after := engineOf(t, asks{"home", "kgal", []string{"zone", "stage"}}, asks{"store", "CCF", nil}, asks{"new", "kgal", nil})
	c := accountfile.Change{Before: before, After: after, AfterClass: map[string]string{"shop": "store"}}
	got := told(t, "account,class,usage,zone,stage\n"+
		"1,home,3,a,b\n"+ // other units: the water is the same
		"2,shop,4,,\n"+ // called otherwise
		"3,old,5,b,\n"+ // only before
		"4,new,6,,\n"+ // only after
		"5,none,7,,\n"+
		"6,home,x,,\n"+
		"7,home\n"+
		"8,old,x,,\n", c)
	require.Equal(t, []string{
		"a.csv:2 1 home: home 3 CCF  map[zone:a]; home 3 CCF  map[stage:b zone:a]",
		"a.csv:3 2 shop: shop 4 CCF  map[]; store 4 CCF  map[]",
		"a.csv:4 3 old: old 5 CCF  map[zone:b]; old 5 CCF  map[zone:b]",
		"a.csv:5 4 new: new 6 kgal  map[]; new 6 kgal  map[]",
	}, got[:4])
	require.Len(t, got, 8)
	require.Contains(t, got[4], `error: a.csv:6: E_NO_CLASS: before.class: there is no class "none"; use one of: home, shop, old`)
	require.Contains(t, got[4], `a.csv:6: E_NO_CLASS: after.class: there is no class "none"; use one of: home, store, new`)
	require.Equal(t, `error: a.csv:7: E_USAGE: usage: "x": character 1 does not belong in a number; write digits with at most one point, such as 12.34, with no exponent, spaces or commas`, got[5])
	require.Contains(t, got[6], "error: a.csv:8: E_CSV: the row has 2 cells, and there are 5 columns; ")
	require.Contains(t, got[7], `a.csv:9: E_USAGE: before.usage: "x": `)
	require.Contains(t, got[7], `a.csv:9: E_NO_CLASS: after.class: there is no class "old"`)
}

// A study counts all rows of a file, whatever becomes of them.
func TestAStudyCountsAllRows(t *testing.T) {
	before, after := engineOf(t, asks{"home", "CCF", nil}, asks{"old", "CCF", nil}), engineOf(t, asks{"home", "CCF", nil}, asks{"new", "CCF", nil})
	study := ratecheck.NewStudy(before, after)
	file := reader(t, strings.NewReader("class,usage\nhome,3\nold,5\nnew,6\nhome,x\n"))
	for a, err := range file.Accounts(accountfile.Change{Before: before, After: after}) {
		if err != nil {
			study.LeaveOut(a.Class, err)
		} else {
			_ = study.Add(&a)
		}
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	require.Equal(t, int64(4), impact.Seen)
	require.Equal(t, int64(1), impact.All.Bills)
	var left []string
	for _, l := range impact.Left {
		left = append(left, fmt.Sprintf("%s %s %s %d %s %s", l.Class, l.Code, l.Side, l.Accounts, l.Before, l.After))
	}
	require.Equal(t, []string{"home E_USAGE no book 1 $0.00 $0.00", "old E_NO_SCHEDULE the book after 1 $5.00 $0.00", "new E_NO_SCHEDULE the book before 1 $0.00 $6.00"}, left)
}

func TestBillsSomeYearsLater(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", nil})
	c := accountfile.Change{Before: engine, After: engine, YearsLater: 1}
	require.Equal(t, []string{"a.csv:2  home: home 3 CCF [2024-02-29, 2024-03-29) map[]; home 3 CCF [2025-02-28, 2025-03-29) map[]"},
		told(t, "class,usage,from,to\nhome,3,2024-02-29,2024-03-29\n", c))
	file := reader(t, strings.NewReader("class,usage,from,to,bill_date\nhome,3,2024-02-01,2024-03-01,2024-03-05\n"))
	for a, err := range file.Accounts(c) {
		require.NoError(t, err)
		require.Equal(t, civil.MustDate("2024-03-05"), a.Before.BillDate)
		require.Equal(t, civil.MustDate("2025-03-05"), a.After.BillDate)
	}
	c.YearsLater = 9000
	got := told(t, "class,usage,from,to\nhome,3,2024-02-29,2024-03-29\nhome,3,,\n", c)
	require.Contains(t, got[0], "error: a.csv:2: E_DATE: after: the bill's days some years later are no dates; give fewer years")
	require.Equal(t, "a.csv:3  home: home 3 CCF  map[]; home 3 CCF  map[]", got[1])
}

// What keeps a file from being read on is the last that is told.
// Days alone change no bill: what is billed later has as many.
func TestLaterBillsHaveAsManyDays(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", nil})
	c := accountfile.Change{Before: engine, After: engine, YearsLater: 1}
	require.Equal(t, []string{
		"a.csv:2  home: home 3 CCF [2024-02-01, 2024-03-01) map[]; home 3 CCF [2025-02-01, 2025-03-02) map[]",
		"a.csv:3  home: home 3 CCF [2024-02-28, 2024-02-29) map[]; home 3 CCF [2025-02-28, 2025-03-01) map[]",
	}, told(t, "class,usage,from,to\nhome,3,2024-02-01,2024-03-01\nhome,3,2024-02-28,2024-02-29\n", c))
}

// Accounts may be kept: the next row does not change them.
func TestAccountsShareNothing(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", []string{"zone"}})
	file := reader(t, strings.NewReader("class,usage,zone\nhome,1,a\nhome,2,b\n"))
	var kept []ratecheck.Account
	for a, err := range file.Accounts(accountfile.Change{Before: engine, After: engine}) {
		require.NoError(t, err)
		kept = append(kept, a)
	}
	require.Equal(t, rates.Facts{"zone": "a"}, kept[0].Before.Facts)
	require.Equal(t, rates.Facts{"zone": "a"}, kept[0].After.Facts)
	require.Equal(t, rates.Facts{"zone": "b"}, kept[1].Before.Facts)
}

func TestAccountsOfATornFile(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", nil})
	torn := errors.New("the disk is gone")
	file := reader(t, io.MultiReader(strings.NewReader("class,usage\nhome,3\nhome,4"), iotest.ErrReader(torn)))
	var last error
	rows := 0
	for _, err := range file.Accounts(accountfile.Change{Before: engine, After: engine}) {
		rows++
		last = err
	}
	require.Equal(t, 2, rows)
	require.ErrorIs(t, last, torn)
}

func TestAccountsCanBeLeft(t *testing.T) {
	engine := engineOf(t, asks{"home", "CCF", nil})
	file := reader(t, strings.NewReader("class,usage\nhome,3\nhome,4\n"))
	for a, err := range file.Accounts(accountfile.Change{Before: engine, After: engine}) {
		require.NoError(t, err)
		usage, err := metering.VolumeOf("3", metering.CCF)
		require.NoError(t, err)
		require.Equal(t, usage, a.Before.Usage)
		break
	}
}

func ExampleReader_Accounts() {
	now, err := compile(bookOf("4.90"))
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := compile(bookOf("5.25"))
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := accountfile.NewReader("march.csv", strings.NewReader("account,class,usage,meter_size,from,to\n1042,residential,13,3/4,2026-03-01,2026-04-01\n1043,residential,,3/4,2026-03-01,2026-04-01\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	study := ratecheck.NewStudy(now, next)
	for account, err := range file.Accounts(accountfile.Change{Before: now, After: next}) {
		if err != nil {
			study.LeaveOut(account.Class, err)
		} else {
			err = study.Add(&account)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	impact, err := study.Impact()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(impact.All.Before, "to", impact.All.After, "and", impact.LeftOut(), "left out")
	// Output:
	// march.csv:3: E_USAGE: usage: the usage is empty; write the billing units, 0 where nothing was used
	// $102.49 to $107.04 and 1 left out
}
