package private_test

import (
	"bytes"
	"database/sql/driver"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	texttemplate "text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

// shapesOf puts a value where printers meet values: alone, by pointer, in exported and unexported fields, in lists and maps,
// behind interfaces, and in each other.
func shapesOf[T any](v T) []any {
	type open struct{ Value T }
	type shut struct{ value T }
	type deep struct {
		list  []shut
		table map[string]*shut
		inner struct{ p **T }
		any   any
	}
	p := &v
	return []any{
		v, &v, &p,
		open{v}, &open{v}, struct{ Value *T }{&v}, struct{ Value any }{v}, struct{ Value any }{&v},
		shut{v}, &shut{v}, struct{ value *T }{&v}, struct{ value any }{v}, struct{ value any }{&v},
		[]T{v}, []*T{&v}, [1]T{v}, []any{v, &v}, []open{{v}}, []shut{{v}}, []*shut{{v}},
		map[string]T{"v": v}, map[string]*T{"v": &v}, map[string]any{"v": v}, map[string]open{"v": {v}}, map[string]shut{"v": {v}},
		deep{list: []shut{{v}}, table: map[string]*shut{"v": {v}}, inner: struct{ p **T }{&p}, any: &shut{v}},
	}
}

// needles are the spellings in which a text may be found: in letters, in hexadecimal digits, in base64, and in numbers byte by
// byte. Parts of it are enough to give it away.
func needles(text string) []string {
	parts := []string{text}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !strings.ContainsRune("0123456789", r) && (r|0x20 < 'a' || r|0x20 > 'z') }) {
		if len(part) >= 5 {
			parts = append(parts, part)
		}
	}
	var found []string
	for _, part := range parts {
		raw := []byte(part)
		found = append(found, part, hex.EncodeToString(raw))
		for _, verb := range []string{"%d", "%o", "%b", "%x", "%#x", "%U"} {
			list := strings.Trim(fmt.Sprintf(verb, []rune(part)), "[]")
			found = append(found, list, strings.ReplaceAll(list, " ", ","), strings.ReplaceAll(list, " ", ", "))
		}
		found = append(found, fmt.Sprintf("% x", raw), fmt.Sprintf("%# x", raw), strings.Trim(fmt.Sprintf("%#v", raw), "[]byte{}"))
		for before := range 3 {
			// Where it stands in a longer text, base64 spells it in three ways; its ends mix with what is around it.
			whole := base64.StdEncoding.EncodeToString(append(make([]byte, before), raw...))
			found = append(found, whole[4:len(whole)-4])
		}
	}
	found = slices.DeleteFunc(found, func(needle string) bool { return len(needle) < 4 })
	for i := range found {
		found[i] = strings.ToLower(found[i])
	}
	return found
}

// found gives the first spelling of a text that a print of it holds, whatever its capitals.
func found(printed, text string) string {
	printed = strings.ToLower(printed)
	for _, needle := range needles(text) {
		if strings.Contains(printed, needle) {
			return needle
		}
	}
	return ""
}

// ways are the printers.
func ways() map[string]func(v any) string {
	return map[string]func(v any) string{
		"fmt":       printFmt,
		"json":      printJSON,
		"slog":      printSlog,
		"errors":    printErrors,
		"templates": printTemplates,
		"xml": func(v any) string {
			type element struct{ V any } // a type without a name is no element of its own
			data, err := xml.MarshalIndent(element{v}, "", " ")
			return string(data) + fmt.Sprint(err)
		},
		"yaml": func(v any) string {
			data, err := yaml.Marshal(v)
			return string(data) + fmt.Sprint(err)
		},
		"gob": func(v any) string {
			var buf bytes.Buffer
			err := gob.NewEncoder(&buf).Encode(v)
			return buf.String() + fmt.Sprint(err)
		},
		"testify": printTestify,
	}
}

func printFmt(v any) string {
	var b strings.Builder
	for _, verb := range "vTtbcdoOqxXUeEfFgGspwz" {
		for flags := range 1 << 5 {
			var format strings.Builder
			for i, flag := range "+-# 0" {
				if flags&(1<<i) != 0 {
					format.WriteRune(flag)
				}
			}
			for _, size := range []string{"", "3", ".2", "40.30"} {
				fmt.Fprintf(&b, "%"+format.String()+size+string(verb)+"\n", v)
			}
		}
	}
	for _, wrong := range []string{"%*d %.*d %[3]*d %d %d", "no verb", "%!", "%[9]d", "%"} {
		fmt.Fprintf(&b, wrong, v, v, v, v)
	}
	fmt.Fprint(&b, v, v)
	fmt.Fprintln(&b, v)
	return b.String() + string(fmt.Append(nil, v))
}

func printJSON(v any) string {
	var buf bytes.Buffer
	for _, escape := range []bool{true, false} {
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(escape)
		fmt.Fprint(&buf, enc.Encode(v))
	}
	data, err := json.MarshalIndent(v, "", " ")
	return buf.String() + string(data) + fmt.Sprint(err)
}

func printSlog(v any) string {
	var buf bytes.Buffer
	// The time of a line may have the digits of a marker.
	options := &slog.HandlerOptions{AddSource: true, Level: slog.LevelDebug, ReplaceAttr: withoutTime}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&buf, options), slog.NewJSONHandler(&buf, options)} {
		logger := slog.New(handler)
		logger.Info("any", "v", v)
		logger.Info("attr", slog.Any("v", v), slog.Group("g", "v", v))
		logger.With("v", v).WithGroup("g").With("v", v).Error("with", "err", fmt.Errorf("%v", v))
		logger.Info("formatted " + fmt.Sprint(v))
		logger.Info("no key", v)
		logger.Info("value", "v", slog.AnyValue(v).Resolve())
	}
	return buf.String()
}

func printErrors(v any) string {
	format := "%v %+v %#v %s %q %x %w" // the last by mistake: v is no error
	verbs := fmt.Errorf(format, v, v, v, v, v, v, v)
	house := &problem.Error{Code: "E_TEST", Path: fmt.Sprint(v), What: fmt.Sprintf("%v", v), Err: verbs}
	joined := errors.Join(verbs, house)
	return fmt.Sprintf("%v %+v %#v %q", joined, joined, joined, joined) + joined.Error() + problem.List{house}.Error()
}

func printTemplates(v any) string {
	var b strings.Builder
	const verbs = `{{.}} {{print .}} {{println .}} {{html .}} {{js .}} {{urlquery .}} ` +
		`{{printf "%s %v %+v %#v %q %x %d" . . . . . . .}} {{with $x := .}}{{$x}}{{end}}`
	for _, source := range append(strings.Split(verbs, "} "), verbs) {
		if !strings.HasSuffix(source, "}}") {
			source += "}"
		}
		fmt.Fprint(&b, texttemplate.Must(texttemplate.New("text").Parse(source)).Execute(&b, v))
	}
	for _, source := range []string{
		`<p title="{{.}}" data-x={{.}}>{{.}} {{printf "%s %x" . .}}</p>`,
		`<a href="{{.}}">a</a>`, `<a href="/find?q={{.}}" onclick="find({{.}})">a</a>`,
		`<script>var x = {{.}}; var y = "{{.}}"; var z = {{printf "%v" .}};</script>`, `<style>p { color: {{.}} }</style>`,
		`<!-- {{.}} --><textarea>{{.}}</textarea>`,
	} {
		fmt.Fprint(&b, htmltemplate.Must(htmltemplate.New("html").Parse(source)).Execute(&b, v))
	}
	return b.String()
}

// A told is a test that keeps what its assertions say.
type told struct{ strings.Builder }

func (t *told) Errorf(format string, args ...any) { t.WriteString(fmt.Sprintf(format, args...)) }

func printTestify(v any) string {
	var t told
	other := map[string]string{"other": "value"}
	assert.Equal(&t, other, v, "%v", v)
	assert.Equal(&t, []any{v, 1}, []any{v, 2})
	assert.Equal(&t, struct {
		v any
		n int
	}{v, 1}, struct {
		v any
		n int
	}{v, 2})
	assert.Equal(&t, map[string]any{"a": v}, map[string]any{"a": 1})
	assert.EqualValues(&t, 1, v)
	assert.Exactly(&t, 1, v)
	assert.Nil(&t, v)
	assert.Empty(&t, v)
	assert.Zero(&t, v)
	assert.True(&t, false, v)
	assert.IsType(&t, 1, v)
	assert.Contains(&t, v, 1)
	assert.Len(&t, v, 99)
	assert.ElementsMatch(&t, []any{v, v}, []any{1})
	assert.Subset(&t, []any{1}, []any{v})
	assert.Same(&t, &v, &other)
	assert.Greater(&t, 1, v)
	assert.InDelta(&t, 1, v, 1)
	assert.JSONEq(&t, "{}", fmt.Sprint(v))
	return t.String()
}

// TestMarkerIsFoundWhereNothingHidesIt keeps the search from finding nothing because it sees nothing.
func TestMarkerIsFoundWhereNothingHidesIt(t *testing.T) {
	type bare string
	for _, s := range subjects() {
		for way, print := range ways() {
			require.NotEmpty(t, found(print(bare(s.plain)), s.plain), "%s of %q", way, s.plain)
		}
		for i, v := range shapesOf(bare(s.plain)) {
			require.NotEmpty(t, found(printTestify(v), s.plain), "shape %d, %T", i, v)
		}
		for _, printed := range []string{
			s.plain, strings.ToUpper(s.plain), fmt.Sprintf("%x", s.plain), fmt.Sprintf("% X", s.plain), fmt.Sprintf("%#x", s.plain), fmt.Sprint([]byte(s.plain)),
			fmt.Sprintf("%#v", []byte(s.plain)), fmt.Sprintf("%U", []rune(s.plain)), base64.StdEncoding.EncodeToString([]byte("a " + s.plain + " b")),
			base64.URLEncoding.EncodeToString([]byte("{\"v\":\"" + s.plain)),
		} {
			require.NotEmpty(t, found(printed, s.plain), printed)
		}
	}
}

func TestNoPrinterFindsTheMarker(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		for _, shape := range s.shapes(v) {
			requireUnprinted(t, s.plain, shape)
		}
	})
}

func requireUnprinted(t *testing.T, plain string, v any) {
	t.Helper()
	for way, print := range ways() {
		printed := print(v)
		if needle := found(printed, plain); needle != "" {
			at := strings.Index(strings.ToLower(printed), needle)
			require.Failf(t, "the marker is printed", "%s of %T holds %q: …%.200q", way, v, needle, printed[max(0, at-100):])
		}
	}
}

func TestNoPrinterFindsTheKey(t *testing.T) {
	const secret = "Zyxquark Plover, 8675309: not to be printed"
	key, err := private.NewKey([]byte(secret))
	require.NoError(t, err)
	for _, shape := range append(shapesOf(key), struct{ private.Key }{key}, struct{ *private.Key }{&key}) {
		requireUnprinted(t, secret, shape)
	}
	require.Equal(t, "[private key]", fmt.Sprintf("%#v", key))
	require.Equal(t, "[no key]", fmt.Sprintf("%x", private.Key{}))
}

// TestRevealedIsStillMaskedInLogs leaves out what Revealed is for: JSON, text, YAML and XML.
func TestRevealedIsStillMaskedInLogs(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		r := s.reveal(v)
		for _, shape := range []any{r, &r, []any{r}, struct{ V any }{r}, struct{ v any }{r}, map[string]any{"v": r}} {
			for _, way := range []string{"fmt", "errors", "testify"} {
				require.Empty(t, found(ways()[way](shape), s.plain), "%s of %T", way, shape)
			}
		}
		require.Empty(t, found(printSlog(r), s.plain))
	})
}

func TestErrorsDoNotRepeatWhatTheyRefuse(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		bad := []string{
			" " + s.plain, s.plain + " ", s.plain + "\x00", s.plain + "\xff", s.plain + "\ufffd", s.plain + "\n", s.plain + "****", "[private " + s.plain,
			s.plain + " XXXX1234",
			strings.Repeat(s.plain+" ", 100) + "a", strings.Repeat(s.plain+"\n", 10) + "a", s.plain + "@" + s.plain + "\t",
			"<" + s.plain + ">****", "+" + s.plain + "+\u2028",
		}
		for _, text := range bad {
			var errs []error
			_, err := s.make(text)
			errs = append(errs, err)
			quoted, err := json.Marshal(text)
			require.NoError(t, err)
			for _, into := range []any{s.zero(), s.wire()} {
				errs = append(errs, into.(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(text)))
				errs = append(errs, into.(json.Unmarshaler).UnmarshalJSON([]byte(`"`+s.plain)))
				for _, data := range []string{string(quoted), `"` + text, `["` + s.plain + `"]`, `{"` + s.plain + `":1}`, "8675309", "121042882"} {
					err := json.Unmarshal([]byte(data), into)
					errs = append(errs, err)
				}
			}
			errs = append(errs, s.wire().(interface{ Scan(any) error }).Scan(text), s.wire().(interface{ Scan(any) error }).Scan([]string{s.plain}))
			for _, err := range errs {
				require.Error(t, err, text)
				require.Empty(t, found(fmt.Sprintf("%v %+v %#v", err, err, err), s.plain), err.Error())
				require.NotContains(t, err.Error(), "8675309")
			}
		}
		_, err := v.(driver.Valuer).Value()
		require.Empty(t, found(err.Error(), s.plain))
	})
}

func TestDifferentValuesAreNeverDeeplyEqual(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		other, err := s.make(s.other)
		require.NoError(t, err)
		again, err := s.make(s.plain)
		require.NoError(t, err)
		require.False(t, assert.ObjectsAreEqual(v, other))
		require.False(t, assert.ObjectsAreEqual(v, again), "only a key says so")
		require.False(t, assert.ObjectsAreEqual(v, deref(s.zero())))
		require.True(t, assert.ObjectsAreEqual(deref(s.zero()), deref(s.zero())))
		require.False(t, reflect.TypeOf(v).Comparable(), "== must not compile")
	})
}
