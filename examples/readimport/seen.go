package main

import (
	"encoding/binary"
	"errors"
	"hash/maphash"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

// seen is what came of each register and instant of a file before: all of it that is not flat in memory, at about 40 bytes an instant
// and 20 a register. What is found by a hash is compared in full, so that no row is ever taken for another.
type seen struct {
	hashOf   func(register uint32, at meterread.Stamp) uint64
	hashName func(string) uint64
	entries  [][]entry
	count    uint32
	instants index
	names    [][]byte // texts, each behind its length
	named    index
}

// entry is the first value that came of a register and an instant: of those, one is expected.
type entry struct {
	register uint32 // where its name stands
	at       meterread.Stamp
	number   int64
	line     uint32
	says     uint32 // where what it says besides its number stands
	decimals uint8
}

const (
	entriesAtOnce = 1 << 12
	namesAtOnce   = 1 << 16
	most          = 1<<32 - 2
)

var errFull = errors.New("the file has more reads than can be compared with one another; cut it up")

func newSeen() *seen {
	type instant struct {
		register uint32
		at       meterread.Stamp
	}
	seed := maphash.MakeSeed()
	return &seen{
		hashOf: func(register uint32, at meterread.Stamp) uint64 {
			return maphash.Comparable(seed, instant{register, at})
		},
		hashName: func(name string) uint64 { return maphash.String(seed, name) },
	}
}

// entry is the nth.
func (s *seen) entry(n uint32) *entry { return &s.entries[n/entriesAtOnce][n%entriesAtOnce] }

// find is the number of the entry of a register and an instant; new where none came before.
func (s *seen) find(register string, at meterread.Stamp) (n uint32, isNew bool, err error) {
	id, err := s.text(register)
	if err != nil {
		return 0, false, err
	}
	hash := func(n uint32) uint64 {
		e := s.entry(n)
		return s.hashOf(e.register, e.at)
	}
	h := s.hashOf(id, at)
	if n, ok := s.instants.find(h, func(n uint32) bool { e := s.entry(n); return e.register == id && e.at == at }); ok {
		return n, false, nil
	}
	if s.count == most {
		return 0, false, errFull
	}
	if s.count%entriesAtOnce == 0 {
		s.entries = append(s.entries, make([]entry, entriesAtOnce))
	}
	n = s.count
	s.count++
	*s.entry(n) = entry{register: id, at: at}
	s.instants.add(h, n, hash)
	return n, true, nil
}

// text is where a text stands: the name of a register, or what a reading says besides its number.
func (s *seen) text(name string) (uint32, error) {
	h := s.hashName(name)
	if at, ok := s.named.find(h, func(at uint32) bool { return string(s.name(at)) == name }); ok {
		return at, nil
	}
	last := len(s.names) - 1
	if last < 0 || len(s.names[last])+binary.MaxVarintLen64+len(name) > namesAtOnce {
		if last++; last == most/namesAtOnce {
			return 0, errFull
		}
		s.names = append(s.names, make([]byte, 0, namesAtOnce)) // a name that is longer has it alone
	}
	at := uint32(last*namesAtOnce + len(s.names[last]))
	s.names[last] = append(binary.AppendUvarint(s.names[last], uint64(len(name))), name...)
	s.named.add(h, at, func(at uint32) uint64 { return s.hashName(string(s.name(at))) })
	return at, nil
}

func (s *seen) name(at uint32) []byte {
	text := s.names[at/namesAtOnce][at%namesAtOnce:]
	length, width := binary.Uvarint(text)
	return text[width : width+int(length)]
}

// index finds numbers by a hash, in some six bytes each.
type index struct {
	slots []uint32 // each a number and 1; 0 is free
	used  int
}

// find is the first number of that hash that is the one.
func (t *index) find(hash uint64, is func(uint32) bool) (uint32, bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if n := t.slots[i] - 1; is(n) {
			return n, true
		}
	}
	return 0, false
}

// add adds a number that is not there. hashOf gives the hashes of those that are.
func (t *index) add(hash uint64, n uint32, hashOf func(uint32) uint64) {
	if t.used >= len(t.slots)/4*3 {
		old := t.slots
		t.slots = make([]uint32, max(64, 2*len(old)))
		for _, slot := range old {
			if slot != 0 {
				t.put(hashOf(slot-1), slot)
			}
		}
	}
	t.put(hash, n+1)
	t.used++
}

func (t *index) put(hash uint64, slot uint32) {
	mask := uint64(len(t.slots) - 1)
	i := hash & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = slot
}
