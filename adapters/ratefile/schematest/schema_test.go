package schematest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/headgate-dev/headgate/adapters/ratefile"
)

const testdata = "../testdata"

func read(t *testing.T, name string) string {
	src, err := os.ReadFile(filepath.Join(testdata, name))
	require.NoError(t, err)
	return string(src)
}

func compiled(t *testing.T) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(ratefile.Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	require.NoError(t, c.AddResource("rate-book.schema.json", doc))
	s, err := c.Compile("rate-book.schema.json")
	require.NoError(t, err)
	return s
}

// load reads a document as an editor does: YAML's own types, dates as texts, keys as
// texts. It knows nothing of the parser that is tested.
func load(src string) (any, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src), &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(src))
	for range 2 {
		var each yaml.Node
		if err := decoder.Decode(&each); err != nil {
			return value(doc.Content[0])
		}
	}
	return nil, errors.New("a second document")
}

func value(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return value(n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			v, err := value(item)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			v, err := value(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			if n.Content[i].ShortTag() == "!!merge" {
				for key, of := range v.(map[string]any) {
					m[key] = of
				}
				continue
			}
			if _, twice := m[n.Content[i].Value]; twice {
				return nil, fmt.Errorf("key %s stands twice", n.Content[i].Value)
			}
			m[n.Content[i].Value] = v
		}
		return m, nil
	}
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strconv.ParseBool(n.Value)
	case "!!int", "!!float":
		var plain json.Number
		if json.Unmarshal([]byte(n.Value), &plain) == nil {
			return plain, nil
		}
		var f float64
		if err := n.Decode(&f); err != nil {
			return nil, err
		}
		if number, err := json.Marshal(f); err == nil {
			return json.Number(number), nil
		}
		return n.Value, nil // JSON has no infinity
	}
	return n.Value, nil
}

// accepts says whether the schema accepts a document that can be loaded.
func accepts(s *jsonschema.Schema, src string) error {
	doc, err := load(src)
	if err != nil {
		return err
	}
	return s.Validate(doc)
}

func TestTheSchemaAcceptsEveryGoodBook(t *testing.T) {
	s := compiled(t)
	tested := 0
	for _, pattern := range []string{"*.yaml", "*.json", "worked/*.yaml"} {
		paths, err := filepath.Glob(filepath.Join(testdata, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			name, err := filepath.Rel(testdata, path)
			require.NoError(t, err)
			if name == "faults.yaml" {
				continue
			}
			src := read(t, name)
			_, err = ratefile.Parse(name, []byte(src))
			require.NoError(t, err, name)
			require.NoError(t, accepts(s, src), name)
			out, err := ratefile.Format(name, []byte(src))
			require.NoError(t, err, name)
			require.NoError(t, accepts(s, string(out)), name)
			tested++
		}
	}
	require.Greater(t, tested, 4)
}

func TestTheSchemaRefusesWhatTheParserRefusesOfKeysAndValues(t *testing.T) {
	s := compiled(t)
	good := read(t, "good.yaml")
	var faults []struct {
		Name, Stage, Unseen, Old, New string
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "faults.yaml")), &faults))
	require.Greater(t, len(faults), 200)
	for _, f := range faults {
		t.Run(f.Name, func(t *testing.T) {
			bad := strings.NewReplacer("⟦FF⟧", "\xff", "⟦07⟧", "\a").Replace(strings.Replace(good, f.Old, f.New, 1))
			_, err := ratefile.Parse("f", []byte(bad))
			refused := accepts(s, bad)
			switch {
			case f.Stage == "book" || f.Stage == "check":
				require.NoError(t, err)
				require.NoError(t, refused, "a fault of the book is none of the shape")
			case f.Unseen != "":
				require.Error(t, err)
				require.NoError(t, refused, "the schema cannot see %s", f.Unseen)
			default:
				require.Error(t, err)
				require.Error(t, refused)
			}
		})
	}
}

func TestTheSchemaIsOneOfItsDraft(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(ratefile.Schema()))
	require.NoError(t, err)
	meta, err := jsonschema.NewCompiler().Compile("https://json-schema.org/draft/2020-12/schema")
	require.NoError(t, err)
	require.NoError(t, meta.Validate(doc))
}
