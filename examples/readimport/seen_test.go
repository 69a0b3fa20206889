package main

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

// stamps are instants of a file, as many as are asked for.
func stamps(t *testing.T, n int) []meterread.Stamp {
	t.Helper()
	layout, err := meterread.ShippedLayout("metersense-register-read")
	require.NoError(t, err)
	var text strings.Builder
	text.WriteString("meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n")
	for i := range n {
		fmt.Fprintf(&text, "7,1,2026-11-%02d %02d:%02d:00,10,CF,,1\n", 1+i/1440, i/60%24, i%60)
	}
	var all []meterread.Stamp
	for item, err := range meterread.Decode(layout, strings.NewReader(text.String()), meterread.Options{}) {
		require.NoError(t, err)
		if item.Read.Status == meterread.Reading {
			all = append(all, item.Read.At)
		}
	}
	require.Len(t, all, n)
	return all
}

// TestNoRowIsTakenForAnotherByItsHash gives every register and instant the same hash.
func TestNoRowIsTakenForAnotherByItsHash(t *testing.T) {
	for name, collide := range map[string]func(*seen){
		"none":     func(*seen) {},
		"names":    func(s *seen) { s.hashName = func(string) uint64 { return 7 } },
		"instants": func(s *seen) { s.hashOf = func(uint32, meterread.Stamp) uint64 { return 7 } },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSeen()
			collide(s)
			at := stamps(t, 12)
			numbers := map[uint32]bool{}
			for _, fresh := range []bool{true, false} {
				for i := range 100 {
					for k, when := range at {
						n, isNew, err := s.find(fmt.Sprintf("V-%d", i), when)
						require.NoError(t, err)
						require.Equal(t, fresh, isNew)
						if fresh {
							s.entry(n).line = uint32(i*100 + k)
							numbers[n] = true
						}
						require.Equal(t, uint32(i*100+k), s.entry(n).line)
					}
				}
			}
			require.Len(t, numbers, 1200)
		})
	}
}

func TestNamesOfAnyLengthAreKeptApart(t *testing.T) {
	s := newSeen()
	var lines []uint32
	at := stamps(t, 1)[0]
	names := []string{"", "\x00", strings.Repeat("x", namesAtOnce-4), strings.Repeat("x", namesAtOnce), strings.Repeat("x", 3*namesAtOnce), "y"}
	for range 2 {
		for i, name := range names {
			n, isNew, err := s.find(name, at)
			require.NoError(t, err)
			if isNew {
				s.entry(n).line = uint32(i)
			}
			lines = append(lines, s.entry(n).line)
		}
	}
	require.Equal(t, []uint32{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5}, lines)
}

// TestTheLookForRepeatsIsSmall measures what the README states.
func TestTheLookForRepeatsIsSmall(t *testing.T) {
	at := stamps(t, 100)
	held := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	const reads = 400_000
	for registers, most := range map[int]int64{reads: 75, reads / 100: 50} {
		before := held()
		s := newSeen()
		for i := range reads {
			_, isNew, err := s.find(fmt.Sprintf("V-%07d\x00", i%registers), at[i/registers])
			require.NoError(t, err)
			require.True(t, isNew)
		}
		each := (held() - before) / reads
		require.LessOrEqual(t, each, most, "%d registers", registers)
		t.Log(registers, "registers:", each, "bytes a read")
		runtime.KeepAlive(s)
	}
}
