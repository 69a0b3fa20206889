package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// verifyFiles refuses, before anything is done, files that would be written over what is read or what is not ours, or cannot
// be written.
func (o *options) verifyFiles(stdin io.Reader) error {
	for i, name := range o.golden {
		for _, other := range o.golden[:i] {
			if sameFile(name, other) {
				return fmt.Errorf("-golden %s is given twice; give each table once", name)
			}
		}
	}
	if o.out != "" {
		if err := writable("-out", o.out); err != nil {
			return err
		}
		if o.reads(o.out, stdin) {
			return fmt.Errorf("-out %s is a file that is read; give the report a name of its own", o.out)
		}
		if !begins(o.out, "<!doctype html") {
			return fmt.Errorf("-out %s is there already, and is no report; give another name", o.out)
		}
	}
	if o.suggest != "" {
		if _, err := os.Lstat(o.suggest); err == nil {
			return fmt.Errorf("-suggest %s is there already, and may hold bills that somebody has worked out; give another name", o.suggest)
		}
		if err := writable("-suggest", o.suggest); err != nil {
			return err
		}
		if o.out != "" && sameFile(o.out, o.suggest) {
			return errors.New("-out and -suggest name the same file; give each a name of its own")
		}
	}
	if o.tables == "" {
		return nil
	}
	if info, err := os.Stat(o.tables); err == nil && !info.IsDir() {
		return fmt.Errorf("-tables %s is a file; name a folder", o.tables)
	}
	return o.verifyTables(stdin)
}

// verifyTables refuses files of -tables that are there and are not of a former run.
func (o *options) verifyTables(stdin io.Reader) error {
	firsts := []struct{ name, line string }{{markdownName, markdownTitle}}
	for _, t := range table.Impact(&ratecheck.Impact{}) {
		var head bytes.Buffer
		if err := table.WriteCSV(&head, table.Table{Columns: t.Columns}); err != nil {
			return err
		}
		firsts = append(firsts, struct{ name, line string }{t.Name + ".csv", head.String()})
	}
	for _, first := range firsts {
		name := filepath.Join(o.tables, first.name)
		for _, other := range []struct{ flag, name string }{{"-out", o.out}, {"-suggest", o.suggest}} {
			if other.name != "" && sameFile(other.name, name) {
				return fmt.Errorf("-tables writes %s, which %s names too; give each a name of its own", name, other.flag)
			}
		}
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case o.reads(name, stdin):
			return fmt.Errorf("-tables writes %s, which is a file that is read; name another folder", name)
		case err != nil:
			return fmt.Errorf("-tables: %w", err)
		case !info.Mode().IsRegular() || !begins(name, first.line):
			return fmt.Errorf("-tables writes %s, which is there already and is none of its tables; name another folder", name)
		}
	}
	return nil
}

// reads says that a file is one of those that are read.
func (o *options) reads(name string, stdin io.Reader) bool {
	for _, read := range append([]string{o.before, o.after, o.accounts}, o.golden...) {
		if read != "" && sameFile(read, name) {
			return true
		}
	}
	f, ok := stdin.(*os.File)
	if o.accounts != "-" || !ok {
		return false
	}
	in, errIn := f.Stat()
	is, errIs := os.Stat(name)
	return errIn == nil && errIs == nil && in.Mode().IsRegular() && os.SameFile(in, is)
}

// begins says that a file is not there, is empty, or begins with a text, in capitals or not.
func begins(name, text string) bool {
	f, err := os.Open(name)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer func() { _ = f.Close() }() // it was only read
	start := make([]byte, len(text))
	n, err := io.ReadFull(f, start)
	return errors.Is(err, io.EOF) || err == nil && n == len(text) && strings.EqualFold(string(start), text)
}

// writable refuses a name that no plain file can have.
func writable(flag, name string) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s %s is no plain file; give the name of one", flag, name)
	}
	folder := filepath.Dir(name)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s %s: there is no folder %s; make it first", flag, name, folder)
	case err != nil:
		return fmt.Errorf("%s: %w", flag, err)
	case !info.IsDir():
		return fmt.Errorf("%s %s: %s is no folder", flag, name, folder)
	}
	return nil
}

// sameFile says that two names are of one file, which need not be there.
func sameFile(one, other string) bool {
	a, errA := os.Stat(one)
	b, errB := os.Stat(other)
	if errA == nil && errB == nil {
		return os.SameFile(a, b)
	}
	return wholeName(one) == wholeName(other)
}

// wholeName is the name of a file from the root, without links in its folders.
func wholeName(name string) string {
	if whole, err := filepath.Abs(name); err == nil {
		name = whole
	}
	folder, base := filepath.Split(name)
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	return filepath.Join(folder, base)
}

// writeFiles writes what the flags ask for, and says which files it has written.
func (r *result) writeFiles() (written []string, err error) {
	write := func(flag, name string, to func(io.Writer) error) {
		if e := writeWhole(name, to); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w; %s is not written", flag, e, name))
			return
		}
		written = append(written, located(name))
	}
	if r.out != "" {
		report := r.report()
		write("-out", r.out, report.WriteHTML)
	}
	if r.tables != "" {
		tables := table.Impact(&r.impact)
		if e := os.MkdirAll(r.tables, 0o755); e != nil {
			return written, errors.Join(err, fmt.Errorf("-tables: %w", e))
		}
		for _, t := range tables {
			write("-tables", filepath.Join(r.tables, t.Name+".csv"), func(w io.Writer) error { return table.WriteCSV(w, t) })
		}
		write("-tables", filepath.Join(r.tables, markdownName), func(w io.Writer) error { return r.writeMarkdown(w, tables) })
	}
	if r.suggest != "" && r.suggested != nil {
		write("-suggest", r.suggest, func(w io.Writer) error {
			_, err := w.Write(r.suggested)
			return err
		})
	}
	return written, err
}

// located is a name with the folder that it is in, which -C of "go run" makes another than the user's.
func located(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	folder, err := os.Getwd()
	if err != nil {
		return name
	}
	return name + " in " + folder
}

// writeWhole writes a file whole or not at all: under another name first, which then becomes its own.
func writeWhole(name string, to func(io.Writer) error) error {
	var text bytes.Buffer
	if err := to(&text); err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real // a link stays a link
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := createBeside(name, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// createBeside makes a file with a name that nobody has, in the folder of another.
func createBeside(name string, mode fs.FileMode) (f *os.File, err error) {
	for i := range 100 {
		f, err = os.OpenFile(name+".part"+strconv.Itoa(i), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, err
}

// problemsOf are the problems that an error is of.
func problemsOf(err error) problem.List {
	var all problem.List
	var one *problem.Error
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all.Add(one)
	}
	return all
}
