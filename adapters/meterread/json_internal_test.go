package meterread

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// tokenKey is doubleKey by the tokens of package json.
func tokenKey(src string) (string, bool) {
	dec := json.NewDecoder(strings.NewReader(src))
	var stack []map[string]bool
	var expects []bool
	for {
		token, err := dec.Token()
		if err != nil {
			return "", false
		}
		n := len(stack) - 1
		if delim, ok := token.(json.Delim); ok && (delim == '{' || delim == '[') {
			stack, expects = append(stack, map[string]bool{}), append(expects, delim == '{')
			if delim == '[' {
				stack[n+1] = nil
			}
			continue
		} else if ok {
			stack, expects = stack[:n], expects[:n]
		} else if n >= 0 && expects[n] {
			key, _ := token.(string)
			if stack[n][key] {
				return key, true
			}
			stack[n][key], expects[n] = true, false
			continue
		}
		if n := len(stack) - 1; n >= 0 {
			expects[n] = stack[n] != nil
		}
	}
}

func TestADoubleKeyIsFoundWhereverItStands(t *testing.T) {
	keys := []string{`a`, `b`, `\\u0061`, `"`, `\\`, `{`, `,`, `c":`, `é`, ``}
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		var value func(depth int) string
		text := func() string {
			if random.Intn(4) == 0 {
				return `"\u0061"`
			}
			quoted, err := json.Marshal(keys[random.Intn(len(keys))])
			require.NoError(t, err)
			return string(quoted)
		}
		value = func(depth int) string {
			kind := random.Intn(6)
			if depth > 4 {
				kind = 5
			}
			var parts []string
			switch kind {
			case 0, 1:
				for range random.Intn(4) {
					parts = append(parts, text()+[]string{":", " : "}[random.Intn(2)]+value(depth+1))
				}
				return "{" + strings.Join(parts, " ,") + "}"
			case 2, 3:
				for range random.Intn(4) {
					parts = append(parts, value(depth+1))
				}
				return "[" + strings.Join(parts, ", ") + "]"
			case 4:
				return text()
			}
			return []string{"1.5e3", "true", "null"}[random.Intn(3)]
		}
		src := value(0)
		require.True(t, json.Valid([]byte(src)))
		wantKey, want := tokenKey(src)
		key, got, items := doubleKey([]byte(src), "")
		require.Empty(t, items)
		require.Equal(t, fmt.Sprint(want, wantKey), fmt.Sprint(got, key), src)
	})
}

func TestADoubleKeyInAnItemIsOfThatItem(t *testing.T) {
	for _, c := range []struct {
		src, key string
		double   bool
		items    map[int]string
	}{
		{`{"data":[{"a":1},{"a":1,"a":2},{"b":{"c":1,"c":2}}]}`, "", false, map[int]string{1: "a", 2: "c"}},
		{`{"data":[{"a":1}],"data":[]}`, "data", true, nil},
		{`{"other":[{"a":1,"a":2}],"data":[]}`, "a", true, nil},
		{`{"data":{"x":[{"a":1,"a":2}]}}`, "a", true, nil},
		{`{"data":[[{"a":1,"a":2}]]}`, "", false, map[int]string{0: "a"}},
	} {
		key, double, items := doubleKey([]byte(c.src), "data")
		require.Equal(t, fmt.Sprint(c.key, c.double, c.items), fmt.Sprint(key, double, items), c.src)
	}
}
