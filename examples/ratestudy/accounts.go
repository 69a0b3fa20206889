package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"github.com/headgate-dev/headgate/billing/problem"
)

// What is wrong with a file of accounts itself.
const (
	errHeader problem.Code = "E_HEADER" // the first line, which names the columns
	errCSV    problem.Code = "E_CSV"    // a line that is no row of the table
)

// maxRecord is the longest row in bytes.
const maxRecord = 64 << 10

// source is one file of accounts, on a file system that Beam knows, or a text that travels with the pipeline.
type source struct {
	Name string
	Size int64
	Text []byte // nil for a file
}

func (s source) open(ctx context.Context) (io.ReadCloser, error) {
	if s.Text != nil {
		return heldText{bytes.NewReader(s.Text)}, nil
	}
	fs, err := filesystem.New(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	r, err := fs.OpenRead(ctx, s.Name)
	if err != nil {
		return nil, errors.Join(err, fs.Close())
	}
	return opened{r, fs}, nil
}

// heldText is a text that stands in memory.
type heldText struct{ *bytes.Reader }

func (heldText) Close() error { return nil }

// opened closes a file, and after it the file system.
type opened struct {
	io.ReadCloser
	fs filesystem.Interface
}

func (o opened) Close() error { return errors.Join(o.ReadCloser.Close(), o.fs.Close()) }

// Seek is that of the file, where it has one.
func (o opened) Seek(offset int64, whence int) (int64, error) {
	if s, ok := o.ReadCloser.(io.Seeker); ok {
		return s.Seek(offset, whence)
	}
	return 0, errors.ErrUnsupported
}

// local reports whether the text is at hand.
func (s source) local() bool { return s.Text != nil || !strings.Contains(s.Name, "://") }

// columns are the names in the header, with the places of those that have a meaning of their own; -1 where absent.
type columns struct {
	Header                                              string // the first line, as it stands
	Names                                               []string
	Class, Usage, From, To, BillDay, CycleDays, Carried int
}

// findAccounts lists the files that a pattern names, in the order of their names, and reads the first line of each: all
// must name the same columns, since what a worker reads may begin in the middle of any of them.
func findAccounts(ctx context.Context, pattern string) ([]source, columns, error) {
	fs, err := filesystem.New(ctx, pattern)
	if err != nil {
		return nil, columns{}, err
	}
	defer func() { _ = fs.Close() }() // it was only read
	names, err := fs.List(ctx, pattern)
	if err != nil {
		return nil, columns{}, err
	}
	if len(names) == 0 {
		return nil, columns{}, fmt.Errorf("%s: there is no such file", pattern)
	}
	slices.Sort(names)
	sources := make([]source, 0, len(names))
	for _, name := range slices.Compact(names) {
		size, err := fs.Size(ctx, name)
		if err != nil {
			return nil, columns{}, err
		}
		sources = append(sources, source{Name: name, Size: size})
	}
	c, err := readHeaders(ctx, sources)
	return sources, c, err
}

// readHeaders reads the columns of files that must have the same.
func readHeaders(ctx context.Context, sources []source) (columns, error) {
	var all columns
	for i, s := range sources {
		header, err := s.header(ctx)
		if err != nil {
			return all, err
		}
		if i == 0 {
			if all, err = parseHeader(s.Name, header); err != nil {
				return all, err
			}
		} else if header != all.Header {
			return all, refuseHeader(s.Name, "the first line is not that of "+sources[0].Name, "give all files the same columns in the same order, or study them one by one")
		}
	}
	return all, nil
}

// header is the first line of a file.
func (s source) header(ctx context.Context) (string, error) {
	r, err := s.open(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }() // it was only read
	line, err := bufio.NewReaderSize(io.LimitReader(r, maxRecord), maxRecord).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("%s cannot be read: %w", s.Name, err)
	}
	switch {
	case len(line) == 0:
		return "", refuseHeader(s.Name, "the file is empty", "begin it with a line that names the columns: class, usage, and the facts")
	case bytes.HasPrefix(line, []byte("\x1f\x8b")):
		return "", refuseHeader(s.Name, "the file is compressed", "decompress it: a compressed file cannot be read in pieces")
	case bytes.HasPrefix(line, []byte("\xff\xfe")), bytes.HasPrefix(line, []byte("\xfe\xff")):
		return "", refuseHeader(s.Name, "the file is UTF-16", "save it as CSV in UTF-8")
	case len(line) == maxRecord && err != nil:
		return "", refuseHeader(s.Name, fmt.Sprintf("the line is longer than %d bytes", maxRecord), "look for lost line ends")
	}
	return string(withoutEnd(line)), nil
}

// withoutEnd is a line without what ends it.
func withoutEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

func refuseHeader(name, what, fix string) *problem.Error {
	return &problem.Error{Code: errHeader, Pos: problem.Pos{File: name, Line: 1}, What: what, Fix: fix}
}

// parseHeader finds the columns, or every fault of the header.
func parseHeader(file, header string) (columns, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(header, "\xef\xbb\xbf")))
	names, err := r.Read()
	if err != nil {
		return columns{}, refuseHeader(file, "the first line names no columns", "begin the file with the names of the columns, with commas between: class, usage, and the facts")
	}
	var found problem.List
	at := map[string]int{}
	for i, name := range names {
		_, twice := at[name]
		switch {
		case name == "":
			found.Add(refuseHeader(file, fmt.Sprintf("column %d has no name", i+1), "name it, or take it out"))
		case twice:
			found.Add(refuseHeader(file, fmt.Sprintf("two columns are called %q", name), "keep one, or rename the other"))
		case strings.TrimSpace(name) != name:
			found.Add(refuseHeader(file, fmt.Sprintf("column %d is called %q, with blanks around the name", i+1, name), "take the blanks out"))
		}
		at[name] = i
	}
	column := func(name string) int {
		if i, ok := at[name]; ok {
			return i
		}
		return -1
	}
	for _, needed := range []string{"class", "usage"} {
		if column(needed) < 0 {
			found.Add(refuseHeader(file, "no column is called "+needed, "name one so, letter by letter; the first line names the columns, with commas between"))
		}
	}
	return columns{
		Header: header, Names: names, Class: column("class"), Usage: column("usage"), From: column("from"), To: column("to"),
		BillDay: column("bill_date"), CycleDays: column("cycle_days"), Carried: column("carried"),
	}, found.Err()
}
