package ratefile_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
)

const schemaFile = "rate-book.schema.json"

// The file is for editors to point to: go test -run TestSchemaFile -update writes it.
func TestSchemaFileIsTheSchema(t *testing.T) {
	schema := ratefile.Schema()
	if *update {
		require.NoError(t, os.WriteFile(schemaFile, schema, 0o644))
	}
	require.True(t, json.Valid(schema))
	require.Equal(t, string(schema), string(must(os.ReadFile(schemaFile))))
	require.Equal(t, schema, ratefile.Schema())
}
