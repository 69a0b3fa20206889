package report

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// AuditRequest asks for the inputs of the AWWA M36 water audit of some days, usually a year.
type AuditRequest struct {
	Period civil.Period
	Unit   metering.Unit // of all volumes of the report
	Supply Supply
	Sales  Sales
	// Services are those whose use is water of this system, such as "water": sewer is the same water again.
	Services []string
	// Uses are what was used with leave beside the bills.
	Uses []Use
	// Without are those of the items BilledUnmetered, UnbilledMetered and UnbilledUnmetered that the district does not have: an item
	// without any use that does not stand here is not known.
	Without []Item

	// What the host states of apparent losses; nil where it does not know. UnderRegistered is how many percent of the water that
	// passes the customers' meters they do not show: above −100 and below 100.
	UnderRegistered *exact.Number
	DataHandling    *metering.Volume
	Unauthorized    *metering.Volume
}

// Audit is the inputs of a water audit.
type Audit struct {
	Period civil.Period
	Unit   metering.Unit
	Rows   []BalanceRow // one for each item, in their order
	// AsBilled is the billed metered use of the bills that ended within the days, and Lag what the row of billed metered use has more,
	// or less, since each bill is spread over its own days: readings do not end with the audit.
	AsBilled, Lag Water
	// Left is what the rows lack, and bills that are in none.
	Left []Left
}

// Row returns the row of an item; the zero value where there is none.
func (a Audit) Row(item Item) BalanceRow {
	if i := slices.IndexFunc(a.Rows, func(r BalanceRow) bool { return r.Item == item }); i >= 0 {
		return a.Rows[i]
	}
	return BalanceRow{}
}

// AuditWater finds the inputs of a water audit, exactly. What an input lacks is told and never taken for zero: a row is Whole,
// Partial or Unknown, and one that is made of others no better than the worst of them. Where the authorized consumption is more
// than the water supplied the losses are Unknown, and say by how much: no system loses less than nothing, so an input is wrong.
// Refused are a request and sales that are not whole, supply and uses that cannot be (ErrRequest, ErrSales, ErrSupply), and units
// that do not convert (ErrWater); all are told.
func AuditWater(r AuditRequest) (Audit, error) {
	var found problem.List
	asked(&found, r.Period)
	askedUnit(&found, r.Unit)
	if len(r.Services) == 0 {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "services", What: "it is not said which services are of this water", Fix: "name them, such as water",
		})
	}
	r.checkApparent(&found)
	w := r.Sales.read(&found)
	if err := told(found); err != nil {
		return Audit{}, err
	}
	b := balance{unit: r.Unit, rows: map[Item]BalanceRow{}}
	r.Supply.read(&b, r.Period, &found)
	b.supplied()
	out := Audit{Period: r.Period, Unit: r.Unit}
	out.AsBilled = r.billed(w, &b, &found)
	if err := told(found); err != nil {
		return Audit{}, err
	}
	out.Lag = Water{b.rows[BilledMetered].Water.Amount.Sub(out.AsBilled.Amount), r.Unit}
	b.make(Authorized, "billed and unbilled, metered and unmetered",
		term{BilledMetered, 1}, term{BilledUnmetered, 1}, term{UnbilledMetered, 1}, term{UnbilledUnmetered, 1})
	b.losses(&r)
	out.Rows = b.list(OwnSources, Imported, Exported, WaterSupplied, BilledMetered, BilledUnmetered, UnbilledMetered, UnbilledUnmetered, Authorized,
		WaterLosses, Unauthorized, MeterInaccuracy, DataHandling, ApparentLosses, RealLosses)
	out.Left = sortLeft(append(b.left, w.leftOut(r.Period, ByDay, r.Services)...))
	return out, nil
}

// billed puts the rows of what was used with leave, and returns the metered use of the bills that end within the days.
func (r *AuditRequest) billed(w *selling, b *balance, found *problem.List) (asBilled Water) {
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrSupply, Path: path, What: what, Fix: fix})
	}
	sum := func(cut Cut, meters bool) Water {
		sum := Water{Unit: r.Unit}
		for _, s := range w.shares(r.Period, cut, nil) {
			if !s.priced || metered(s.sold) != meters || !slices.Contains(r.Services, s.agreement.Service) {
				continue
			}
			use, err := s.use.In(r.Unit)
			if err != nil {
				found.Add(&problem.Error{Code: ErrWater, Path: "account " + s.account + " bill " + s.bill, Err: err})
			}
			sum.Amount = sum.Amount.Add(use.Amount)
		}
		return sum
	}
	stated := readUses(r.Unit, r.Period, r.Uses, found)
	none := func(item Item) bool { return slices.Contains(r.Without, item) }
	for _, item := range r.Without {
		if stated[item].Unit.Valid() {
			refuse("without", "there is stated to be no "+string(item)+", and some is", "state one of the two")
		}
		if item != BilledUnmetered && item != UnbilledMetered && item != UnbilledUnmetered {
			refuse("without", fmt.Sprintf("%q cannot be left away", item), "leave away billed unmetered, unbilled metered or unbilled unmetered use alone")
		}
	}
	lacking := w.lacking(r.Period, r.Services)
	b.left = slices.Concat(b.left, lacking, w.notGiven(r.Period, lacking))
	read := func(l Left) bool { return w.agreements[l.Agreement].Reads == billing.Metered }
	b.metered(sum(ByDay, true), inWords(lacking, read))
	unmetered := sum(ByDay, false)
	flat, quantities := r.unmetered(w)
	lacks := inWords(lacking, func(l Left) bool { return !read(l) })
	switch all := unmetered.plus(stated[BilledUnmetered]); {
	case none(BilledUnmetered) && (flat+quantities > 0 || lacks != ""):
		refuse("without", "there is stated to be no billed unmetered use, and the district has "+
			counted(flat+quantities, "unmetered service")+" on its bills", "state its use, or correct the agreement")
	case none(BilledUnmetered):
		b.put(BilledUnmetered, Whole, Water{Unit: r.Unit}, "the district has none")
	case lacks != "":
		b.put(BilledUnmetered, Partial, all, "quantities of bills, and what is stated of flat services; "+lacks)
	case flat > 0 && !stated[BilledUnmetered].Unit.Valid():
		b.put(BilledUnmetered, Partial, all,
			counted(flat, "flat service")+" of which nobody states what they use, beside the quantities of "+counted(quantities, "other"))
	case flat+quantities == 0 && !stated[BilledUnmetered].Unit.Valid():
		b.put(BilledUnmetered, Unknown, Water{}, "no use is stated, and nothing says that there is none")
	default:
		b.put(BilledUnmetered, Whole, all, "quantities of bills, and what is stated of flat services")
	}
	for _, item := range []Item{UnbilledMetered, UnbilledUnmetered} {
		switch use := stated[item]; {
		case none(item):
			b.put(item, Whole, Water{Unit: r.Unit}, "the district has none")
		case !use.Unit.Valid():
			b.put(item, Unknown, Water{}, "no use is stated, and nothing says that there is none")
		default:
			b.put(item, Whole, use, "as stated")
		}
	}
	return sum(ByPeriodEnd, true)
}

// metered puts the row of billed metered use, which lacks the days that no bill has.
func (b *balance) metered(use Water, lacks string) {
	if lacks != "" {
		b.put(BilledMetered, Partial, use, "of bills, spread over their days; "+lacks)
		return
	}
	b.put(BilledMetered, Whole, use, "of bills, spread over their days")
}

// inWords says how many of the days that no bill has are of some services; empty where there are none.
func inWords(lacking []Left, of func(Left) bool) string {
	days, services := 0, map[string]bool{}
	for _, l := range lacking {
		if of(l) {
			days, services[l.Agreement] = days+l.Period.Days(), true
		}
	}
	if days == 0 {
		return ""
	}
	return counted(days, "day") + " of " + counted(len(services), "service") + " lack: they are on no bill"
}

// unmetered are how many unmetered services were billed without a quantity, and how many with one.
func (r *AuditRequest) unmetered(w *selling) (flat, quantities int) {
	seen := map[string]bool{}
	for _, s := range w.shares(r.Period, ByDay, nil) {
		if key := fmt.Sprint(s.agreement.ID, s.priced); !metered(s.sold) && slices.Contains(r.Services, s.agreement.Service) && !seen[key] {
			seen[key] = true
			if s.priced {
				quantities++
			} else {
				flat++
			}
		}
	}
	return flat, quantities
}

// losses puts the rows of what was lost, once all others are put.
func (b *balance) losses(r *AuditRequest) {
	b.make(WaterLosses, "water supplied − authorized consumption", term{WaterSupplied, 1}, term{Authorized, -1})
	b.notBelowZero(WaterLosses, "authorized consumption is", "the water supplied")
	stated := func(item Item, v *metering.Volume) {
		if v == nil {
			b.put(item, Unknown, Water{}, "nobody states it")
			return
		}
		water, _ := WaterOf(*v).In(b.unit) // checkApparent has asked
		b.put(item, Whole, water, "as stated")
	}
	stated(Unauthorized, r.Unauthorized)
	stated(DataHandling, r.DataHandling)
	b.inaccuracy(r.UnderRegistered)
	b.make(ApparentLosses, "unauthorized, metering and data handling", term{Unauthorized, 1}, term{MeterInaccuracy, 1}, term{DataHandling, 1})
	b.make(RealLosses, "water losses − apparent losses", term{WaterLosses, 1}, term{ApparentLosses, -1})
	b.notBelowZero(RealLosses, "the apparent losses are", "the water losses")
}

// notBelowZero takes a difference for unknown that is below zero, and says by how much.
func (b *balance) notBelowZero(item Item, more, than string) {
	if row := b.rows[item]; row.Water.Amount.Sign() < 0 {
		over := Water{row.Water.Amount.Neg(), b.unit}
		b.put(item, Unknown, Water{},
			more+" "+over.String()+" more than "+than+", and no system loses less than nothing: an input is wrong, or lacks something")
	}
}

// inaccuracy puts what passed the customers' meters and was not shown: of all metered use, p percent of what passed.
func (b *balance) inaccuracy(percent *exact.Number) {
	if percent == nil {
		b.put(MeterInaccuracy, Unknown, Water{}, "nobody states it")
		return
	}
	b.make(MeterInaccuracy, "", term{BilledMetered, 1}, term{UnbilledMetered, 1})
	row, p := b.rows[MeterInaccuracy], percent.Ratio()
	factor, _ := p.Quo(exact.Int(100).Sub(p)) // p is below 100
	row.Water.Amount = row.Water.Amount.Mul(factor)
	row.Words = fmt.Sprintf("meters do not show %s%% of what passes them: metered use × %s / %s%s", percent, percent, decimal(exact.Int(100).Sub(p)), row.Words)
	b.rows[MeterInaccuracy] = row
}

// checkApparent adds what is wrong with what is stated of apparent losses.
func (r *AuditRequest) checkApparent(found *problem.List) {
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrSupply, Path: path, What: what, Fix: fix})
	}
	if p := r.UnderRegistered; p != nil && p.Ratio().Abs().Cmp(exact.Int(100)) >= 0 {
		refuse("under_registered", "it is "+p.String()+"%", "state a percentage above -100 and below 100")
	}
	for _, v := range []struct {
		path   string
		volume *metering.Volume
	}{{"data_handling", r.DataHandling}, {"unauthorized", r.Unauthorized}} {
		if v.volume == nil {
			continue
		}
		if _, err := WaterOf(*v.volume).In(r.Unit); err != nil {
			found.Add(&problem.Error{Code: ErrWater, Path: v.path, Err: err})
		} else if v.volume.Sign() < 0 {
			refuse(v.path, "it is "+v.volume.String(), "state 0 or more")
		}
	}
}
