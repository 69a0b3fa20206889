package ratefile

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A form that has lost a comment is refused, at the comment.
func TestAFormThatLosesACommentIsRefused(t *testing.T) {
	src := []byte("a: 1 # one\nb: 2 # two\n")
	root, err := document.Load("f", src)
	require.NoError(t, err)
	require.NoError(t, kept("f", src, root, src))
	err = kept("f", src, root, []byte("a: 1 # one\nb: 2\n"))
	require.ErrorIs(t, err, ErrFormat)
	require.Contains(t, err.Error(), "f:2:6: ")
	require.Error(t, kept("f", []byte("a: 1 # one\nb: 2 # one\n"), root, []byte("a: 1 # one\nb: 2\n")), "two that are alike are two")
}
