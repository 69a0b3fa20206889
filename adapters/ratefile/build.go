package ratefile

import (
	"slices"
	"strconv"
	"time"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A builder makes a book of a document that has been checked. What the check has
// refused is left unset, or is a value of the kind [rates.Refuse].
type builder struct{ name string }

// items and entries are those of a node; none of one that is missing or refused.
func items(n *yamldoc.Node) []*yamldoc.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

func entries(n *yamldoc.Node) []yamldoc.Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}

// textOf is the text of a scalar; empty for none.
func textOf(n *yamldoc.Node) string {
	if n == nil || n.Kind != yamldoc.Scalar {
		return ""
	}
	return n.Text
}

// textsOf are the texts of a list, or of a text that stands for a list of one.
func textsOf(n *yamldoc.Node) []string {
	if n == nil {
		return nil
	}
	if n.Kind == yamldoc.Scalar {
		return []string{n.Text}
	}
	var texts []string
	for _, item := range n.Items {
		texts = append(texts, textOf(item))
	}
	return texts
}

func isTrue(n *yamldoc.Node) bool { return textOf(n) == "true" }

// dateOf is the date of a scalar; the zero date for none.
func dateOf(n *yamldoc.Node) civil.Date {
	d, err := civil.ParseDate(textOf(n))
	if err != nil {
		return civil.Date{} // reported
	}
	return d
}

// wholeOf is the number of a scalar; 0 for none.
func wholeOf(n *yamldoc.Node) int {
	i, err := strconv.Atoi(textOf(n))
	if err != nil {
		return 0 // reported
	}
	return i
}

// numberOf is the number of a scalar; 0 for none.
func numberOf(n *yamldoc.Node) rates.Number {
	if t := textOf(n); numberText.MatchString(t) {
		return rates.Num(t)
	}
	return rates.Number{} // reported
}

// wordOf is the choice of that word; none where the word is none.
func wordOf[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](n *yamldoc.Node) T {
	var v T
	if t := textOf(n); t != "" {
		_ = P(&v).UnmarshalText([]byte(t)) // an error leaves the choice open, and has been reported
	}
	return v
}

func (b *builder) book(root *yamldoc.Node) rates.Book {
	book := rates.Book{Name: textOf(root.Get("name").Value)}
	for _, n := range items(root.Get("schedules").Value) {
		book.Schedules = append(book.Schedules, b.schedule(n))
	}
	return book
}

func (b *builder) schedule(n *yamldoc.Node) rates.Schedule {
	get := func(key string) *yamldoc.Node { return n.Get(key).Value }
	s := rates.Schedule{
		ID:        textOf(get("id")),
		Title:     textOf(get("title")),
		Unit:      wordOf[metering.Unit](get("unit")),
		Select:    wordOf[rates.Select](get("select")),
		Proration: b.proration(get("proration")),
		Usage:     wordOf[rates.UsageRule](get("usage")),
		Undated:   isTrue(get("undated")),
	}
	if r := get("rounding"); r != nil {
		s.Rounding = money.Rounding{Mode: wordOf[exact.Mode](r.Get("mode").Value), Place: wordOf[money.Place](r.Get("place").Value)}
	}
	if seasons := get("seasons"); seasons != nil {
		s.Seasons.Select = wordOf[rates.Select](seasons.Get("select").Value)
		for _, start := range items(seasons.Get("starts").Value) {
			s.Seasons.Starts = append(s.Seasons.Starts, b.season(start))
		}
	}
	for _, e := range entries(get("facts")) {
		s.Facts = append(s.Facts, b.fact(e))
	}
	for _, v := range items(get("versions")) {
		s.Versions = append(s.Versions, b.version(v))
	}
	return s
}

func (b *builder) proration(n *yamldoc.Node) rates.Proration {
	if n == nil {
		return rates.Proration{}
	}
	if n.Kind == yamldoc.Scalar {
		return rates.Proration{Over: wordOf[rates.Denominator](n)}
	}
	p := rates.Proration{Over: wordOf[rates.Denominator](n.Get("over").Value), Days: wholeOf(n.Get("days").Value)}
	for _, what := range textsOf(n.Get("scales").Value) {
		p.Fixed = p.Fixed || what == scalesFixed
		p.Tiers = p.Tiers || what == scalesTiers
	}
	return p
}

func (b *builder) season(n *yamldoc.Node) rates.SeasonStart {
	s := rates.SeasonStart{Name: textOf(n.Get("name").Value)}
	if t := textOf(n.Get("from").Value); monthDayText.MatchString(t) {
		s.Month, s.Day = time.Month(10*int(t[0]-'0')+int(t[1]-'0')), 10*int(t[3]-'0')+int(t[4]-'0')
	}
	return s
}

func (b *builder) fact(e yamldoc.Entry) rates.Fact {
	get := func(key string) *yamldoc.Node { return e.Value.Get(key).Value }
	f := rates.Fact{
		Name: e.Key.Text, Type: wordOf[rates.FactType](get("type")), Allowed: textsOf(get("allowed")), Change: wordOf[rates.Select](get("change")),
	}
	if get("least") != nil && get("most") != nil {
		f.Range = &rates.Range{Least: numberOf(get("least")), Most: numberOf(get("most")), Whole: isTrue(get("whole"))}
	}
	if e.Value.Kind == yamldoc.Refused || slices.ContainsFunc(e.Value.Entries, func(part yamldoc.Entry) bool { return part.Key.Text != "change" && refusedIn(part.Value) }) {
		// Of a fact of which not all is known nothing more is said.
		return rates.Fact{Name: f.Name, Type: rates.AnyFact}
	}
	return f
}

// refusedIn says whether the check has refused the node, or one in it.
func refusedIn(n *yamldoc.Node) bool {
	if n.Kind == yamldoc.Refused {
		return true
	}
	for _, item := range n.Items {
		if refusedIn(item) {
			return true
		}
	}
	for _, e := range n.Entries {
		if refusedIn(e.Value) {
			return true
		}
	}
	return false
}

func (b *builder) version(n *yamldoc.Node) rates.Version {
	v := rates.Version{From: dateOf(n.Get("from").Value), To: dateOf(n.Get("to").Value), Source: citation(n.Get("source").Value)}
	for _, e := range entries(n.Get("definitions").Value) {
		d := rates.Definition{Name: e.Key.Text}
		if inner := e.Value.Get("value").Value; inner != nil {
			d.Fact, d.Value = textOf(e.Value.Get("fact").Value), b.value(inner)
		} else {
			d.Value = b.value(e.Value)
		}
		v.Definitions = append(v.Definitions, d)
	}
	for _, c := range items(n.Get("charges").Value) {
		v.Charges = append(v.Charges, b.charge(c))
	}
	return v
}

func citation(n *yamldoc.Node) rates.Citation {
	return rates.Citation{Resolution: textOf(n.Get("resolution").Value), Section: textOf(n.Get("section").Value), Address: textOf(n.Get("address").Value)}
}

func (b *builder) charge(n *yamldoc.Node) rates.Charge {
	get := func(key string) *yamldoc.Node { return n.Get(key).Value }
	return rates.Charge{
		ID:      textOf(get("id")),
		Text:    textOf(get("text")),
		Service: textOf(get("service")),
		Per:     wordOf[rates.Per](get("per")),
		Meters:  conditions(get("meters")),
		When:    conditions(get("when")),
		Season:  textOf(get("season")),
		Memo:    isTrue(get("memo")),
		Rule:    b.rule(n),
		Source:  citation(get("source")),
	}
}

func conditions(n *yamldoc.Node) []rates.Condition {
	var all []rates.Condition
	for _, e := range entries(n) {
		all = append(all, rates.Condition{Fact: e.Key.Text, In: textsOf(e.Value)})
	}
	return all
}

// ruleOf is the key that says how a charge finds its amount; empty for none.
func ruleOf(charge *yamldoc.Node) string {
	for _, e := range charge.Entries {
		for _, key := range ruleKeys {
			if e.Key.Text == key {
				return key
			}
		}
	}
	return ""
}

func (b *builder) rule(n *yamldoc.Node) rates.Rule {
	key := ruleOf(n)
	optional := func(key string) rates.Value {
		if v := n.Get(key).Value; v != nil {
			return b.value(v)
		}
		return nil
	}
	v, of := n.Get(key).Value, textsOf(n.Get("of").Value)
	switch key {
	case "fixed":
		return rates.Fixed{Amount: b.value(v)}
	case "per_unit":
		return rates.PerUnit{Of: optional("quantity"), Price: b.value(v)}
	case "tiers":
		return rates.Tiered{Of: optional("quantity"), Tiers: b.tiers(v)}
	case "percent":
		return rates.Percent{Rate: b.value(v), Of: of}
	case "minimum":
		return rates.Minimum{Amount: b.value(v), Of: of}
	case "credit":
		return rates.Credit{Amount: b.value(v), Cap: optional("cap"), Of: of}
	case "credit_percent":
		return rates.Credit{Percent: b.value(v), Cap: optional("cap"), Of: of}
	case "computed":
		return rates.Computed{Amount: b.value(v)}
	}
	return nil
}
