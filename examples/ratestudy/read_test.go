package main

import (
	"context"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/rtrackers/offsetrange"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// linesOf reads a piece of a source.
func linesOf(t require.TestingT, s source, from, to int64) (all []line) {
	tracker := sdf.NewLockRTracker(offsetrange.NewTracker(offsetrange.Restriction{Start: from, End: to}))
	require.NoError(t, new(readFn).ProcessElement(context.Background(), tracker, s, func(l line) { all = append(all, l) }))
	require.True(t, tracker.IsDone(), "all of the piece is claimed")
	return all
}

func held(text string) source {
	return source{Name: "a.csv", Size: int64(len(text)), Text: []byte(text)}
}

func TestEachLineIsReadOnceHoweverAFileIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([ab,"é]{0,5}\r?\n){0,8}[ab]{0,3}`).Draw(t, "text")
		s := held(text)
		whole := linesOf(t, s, 0, s.Size)
		var joined strings.Builder
		for _, l := range whole {
			require.EqualValues(t, joined.Len(), l.At.Byte)
			end := ""
			if l.Ended {
				end = "\n"
			}
			piece := text[l.At.Byte : l.At.Byte+l.Bytes]
			require.Equal(t, piece, strings.TrimSuffix(piece, end)+end)
			require.Equal(t, strings.TrimSuffix(strings.TrimSuffix(piece, "\n"), "\r"), string(l.Text))
			joined.WriteString(piece)
		}
		require.Equal(t, text, joined.String())

		var pieces []line
		fn := readFn{Piece: rapid.Int64Range(1, 20).Draw(t, "piece")}
		for _, r := range fn.SplitRestriction(s, fn.CreateInitialRestriction(s)) {
			pieces = append(pieces, linesOf(t, s, r.Start, r.End)...)
		}
		require.Equal(t, whole, pieces)
	})
}

func TestALineIsHeldNoFurtherThanARowMayBe(t *testing.T) {
	long := strings.Repeat("x", 3*maxRecord)
	all := linesOf(t, held("h\n"+long+"\r\nb"), 0, int64(len(long))+5)
	require.Len(t, all, 3)
	require.True(t, all[1].tooLong())
	require.LessOrEqual(t, len(all[1].Text), maxRecord+2)
	require.EqualValues(t, len(long)+2, all[1].Bytes)
	require.Equal(t, line{At: place{"a.csv", int64(len(long)) + 4}, Text: []byte("b"), Bytes: 1}, all[2])

	just := strings.Repeat("x", maxRecord)
	for _, end := range []string{"", "\n", "\r\n"} {
		require.False(t, linesOf(t, held(just+end), 0, maxRecord)[0].tooLong())
		require.True(t, linesOf(t, held(just+"x"+end), 0, maxRecord)[0].tooLong())
	}
}

func TestAPieceBeyondTheEndIsAnErrorOrNothing(t *testing.T) {
	s := held("h\na\n")
	require.Empty(t, linesOf(t, s, 4, 9))
	s.Text = nil
	s.Name = "there/is/no/such/file"
	tracker := sdf.NewLockRTracker(offsetrange.NewTracker(offsetrange.Restriction{Start: 0, End: 4}))
	err := new(readFn).ProcessElement(context.Background(), tracker, s, func(line) {})
	require.ErrorContains(t, err, "there/is/no/such/file")
}

func TestPlacesAreLinesWhereTheTextIsAtHand(t *testing.T) {
	ctx := context.Background()
	s := held("class,usage\n\na,1\r\nb,2")
	far := source{Name: "gs://bucket/a.csv", Size: 10}
	p := newPlaces([]source{s, far})
	for at, want := range map[place]string{
		{"a.csv", 0}: "a.csv:1", {"a.csv", 12}: "a.csv:2", {"a.csv", 13}: "a.csv:3", {"a.csv", 18}: "a.csv:4",
		{"gs://bucket/a.csv", 7}: "gs://bucket/a.csv, byte 7", {"gone.csv", 7}: "gone.csv, byte 7",
	} {
		require.Equal(t, want, p.pos(ctx, at).String())
		require.Equal(t, want, p.pos(ctx, at).String(), "again")
	}
	lines, err := held(strings.Repeat("x", 200<<10)+"\nb").linesBefore(ctx, 200<<10+1)
	require.NoError(t, err)
	require.Equal(t, 1, lines, "in a long line")
}
