package ratefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPosFollowsPathsOfTheBookAndOfTheFile(t *testing.T) {
	f := parsed(t, read("good.yaml"))
	const v = "schedules[0].versions[1]"
	for book, file := range map[string]string{
		"schedules[1].id":                                     "schedules[1].id",
		v + ".charges[1].rule.tiers[1].up_to":                 v + ".charges[1].tiers[1].up_to",
		v + ".charges[1].rule":                                v + ".charges[1].tiers",
		v + ".charges[0].rule.amount":                         v + ".charges[0].fixed",
		v + ".charges[0].rule.amount.rows[2]":                 v + ".charges[0].fixed.rows.1",
		v + ".charges[0].rule.amount.rows[3]":                 v + ".charges[0].fixed.rows.1 1/2",
		v + ".charges[0].rule.amount.by[0]":                   v + ".charges[0].fixed.by",
		v + ".charges[2].rule.price.by[1]":                    v + ".charges[2].per_unit.by[1]",
		v + ".charges[2].rule.price.rows[1]":                  v + ".charges[2].per_unit.rows.duplex.high-duplex",
		v + ".charges[2].rule.price.else":                     v + ".charges[2].per_unit.else",
		v + ".charges[2].rule.of":                             v + ".charges[2].quantity",
		v + ".charges[3].rule.rate":                           v + ".charges[3].percent",
		v + ".charges[3].rule.of[0]":                          v + ".charges[3].of[0]",
		v + ".charges[3].when[1].in[1]":                       v + ".charges[3].when.class[1]",
		v + ".charges[3].when[0].in[0]":                       v + ".charges[3].when.stage",
		v + ".charges[6].rule.percent":                        v + ".charges[6].credit_percent",
		v + ".charges[6].rule.cap":                            v + ".charges[6].cap",
		v + ".charges[7].rule.amount":                         v + ".charges[7].credit",
		v + ".definitions[0].fact":                            v + ".definitions.winter_average.fact",
		v + ".definitions[0].value":                           v + ".definitions.winter_average.value",
		v + ".definitions[1].value.rows[0]":                   v + ".definitions.zone.rows.residential",
		v + ".definitions[3].value.names[1]":                  v + ".definitions.key.join[1]",
		v + ".definitions[5].value.tiers[0].price":            v + ".definitions.bands.tiers[0].price",
		"schedules[0].facts[2].allowed[1]":                    "schedules[0].facts.stage.allowed[1]",
		"schedules[0].facts[4].range":                         "schedules[0].facts.persons.most",
		"schedules[0].seasons.starts[1].name":                 "schedules[0].seasons.starts[1].name",
		"schedules[0].rounding.mode":                          "schedules[0].rounding.mode",
		"schedules[1].versions[0].charges[1].meters[0].in[0]": "schedules[1].versions[0].charges[1].meters.use",
	} {
		pos := f.Pos(file)
		require.NotZero(t, pos.Line, file)
		require.Equal(t, pos, f.Pos(book), "%s is %s", book, file)
	}
	for path, want := range map[string]string{
		"": "f:3:1", "name": "f:4:7", "schedules[0].unit": "f:9:11",
		v + ".charges[1].rule.tiers[1].up_to": "f:54:25",
		// Names are keys of the file.
		"schedules[0].facts[2].name": "f:20:7", v + ".definitions[1].name": "f:36:11", v + ".charges[3].when[1].fact": "f:62:32",
		v + ".charges[0].rule.amount.rows[2].key": "f:48:68", v + ".charges[2].rule.price.rows[1].key[0]": "f:59:87", v + ".charges[2].rule.price.rows[1].key[1]": "f:59:96",
		"checks[0].lines[1].water": "f:113:36",
		// Where nothing stands, what is nearest.
		"schedules[0].nothing": "f:7:5", "schedules[9].id": "f:7:3", v + ".charges[9].rule": "f:45:11", "[": "f:3:1", "..": "f:3:1", "schedules[x]": "f:7:3",
		v + ".charges[0].rule.amount.rows[9]": "f:48:43",
	} {
		require.Equal(t, want, f.Pos(path).String(), path)
	}
}

func TestABookAndChecksAreCopies(t *testing.T) {
	f := parsed(t, read("good.yaml"))
	book, checks := f.Book(), f.Checks()
	book.Schedules[0].Facts[0].Allowed[0] = "changed"
	book.Schedules[0].Versions[1].Charges[0].ID = "changed"
	checks[0].Input.Facts["class"] = "changed"
	checks[0].Lines[0].Charge = "changed"
	checks[2].Input.Meters[0].Facts["use"] = "changed"
	require.Equal(t, "5/8", f.Book().Schedules[0].Facts[0].Allowed[0])
	require.Equal(t, "base", f.Book().Schedules[0].Versions[1].Charges[0].ID)
	require.Equal(t, "residential", f.Checks()[0].Input.Facts["class"])
	require.Equal(t, "base", f.Checks()[0].Lines[0].Charge)
	require.Equal(t, "domestic", f.Checks()[2].Input.Meters[0].Facts["use"])
	_, err := f.Compile()
	require.NoError(t, err)
}
