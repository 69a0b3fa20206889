package impactreport

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDirectionsEndWithTheirText(t *testing.T) {
	const rlo, lre, pdf, rli, fsi, pdi = "\u202e", "\u202a", "\u202c", "\u2067", "\u2068", "\u2069"
	for _, c := range []struct{ name, text, want string }{
		{"none", "שלום and 日本", ""},
		{"an override", "a" + rlo + "b", pdf},
		{"one that is ended", "a" + rlo + "b" + pdf, ""},
		{"some in each other", rlo + lre + rli + "b", pdi + pdf + pdf},
		{"an isolate ends what is in it", rli + rlo + "b" + pdi, ""},
		{"only what is in it", rlo + fsi + rlo + "b" + pdi, pdf},
		{"ends of nothing", pdf + pdi + rlo, pdf},
		{"an isolate is not ended by the end of an override", fsi + pdf, pdi},
	} {
		require.Equal(t, c.text+c.want, closed(c.text), c.name)
	}
}
