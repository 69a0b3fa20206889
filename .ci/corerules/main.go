// Command corerules is a vet tool for what no linter can see in the core: floats, goroutines and changed package
// variables. Test files are free of its rules.
//
//	go build -modfile=.ci/tools.mod -o corerules ./.ci/corerules
//	go vet -vettool="$PWD/corerules" ./billing/... ./metering/... ./payments/...
package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

var analyzer = &analysis.Analyzer{
	Name: "corerules",
	Doc:  "report floats, goroutines and changed package variables",
	Run:  run,
}

func main() { unitchecker.Main(analyzer) }

func run(pass *analysis.Pass) (any, error) {
	c := checker{pass: pass, reported: map[line]bool{}}
	for _, file := range pass.Files {
		// Free are tests, and the main function that the go command writes for them into a file without a suffix.
		if name := pass.Fset.Position(file.FileStart).Filename; strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				c.report(n, "the core starts no goroutines")
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, target := range n.Lhs {
						c.change(target)
					}
				}
			case *ast.IncDecStmt:
				c.change(n.X)
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN {
					c.change(n.Key)
					c.change(n.Value)
				}
			case *ast.CallExpr:
				if c.isBuiltin(n.Fun, "delete", "clear", "copy") {
					c.change(n.Args[0])
				}
			}
			if e, ok := n.(ast.Expr); ok {
				c.float(e)
			}
			return true
		})
	}
	return nil, nil
}

// line is a line of a file: one fault is reported once, though many expressions on its line are of float type.
type line struct {
	file string
	line int
	what string
}

type checker struct {
	pass     *analysis.Pass
	reported map[line]bool
}

func (c checker) report(n ast.Node, what string) {
	pos := c.pass.Fset.Position(n.Pos())
	at := line{pos.Filename, pos.Line, what}
	if !c.reported[at] {
		c.reported[at] = true
		c.pass.Reportf(n.Pos(), "%s", what)
	}
}

// float reports an expression, or the name of a type or a variable, that is a float.
func (c checker) float(e ast.Expr) {
	t := c.pass.TypesInfo.TypeOf(e)
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if isFloat(v.Type()) {
				c.report(e, "the core has no floats")
			}
		}
		return
	}
	if t != nil && isFloat(t) {
		c.report(e, "the core has no floats")
	}
}

// isFloat reports whether t is a float or a complex number, of the language or of math/big. A constant without a type is
// exact and is none.
func isFloat(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok && named.Obj().Pkg() != nil &&
		named.Obj().Pkg().Path() == "math/big" && named.Obj().Name() == "Float" {
		return true
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0 && basic.Info()&types.IsUntyped == 0
}

// change reports a target of a change that is, or lies in, a variable of a package.
func (c checker) change(target ast.Expr) {
	for {
		switch e := target.(type) {
		case *ast.ParenExpr:
			target = e.X
		case *ast.IndexExpr:
			target = e.X
		case *ast.SliceExpr:
			target = e.X
		case *ast.StarExpr:
			target = e.X
		case *ast.SelectorExpr:
			if x, ok := e.X.(*ast.Ident); ok {
				if _, ok := c.pass.TypesInfo.Uses[x].(*types.PkgName); ok {
					target = e.Sel
					continue
				}
			}
			target = e.X
		case *ast.Ident:
			v, ok := c.pass.TypesInfo.Uses[e].(*types.Var)
			if ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				c.report(e, "the core has no state: the package variable "+e.Name+" is changed here")
			}
			return
		default:
			return
		}
	}
}

func (c checker) isBuiltin(fun ast.Expr, names ...string) bool {
	ident, ok := ast.Unparen(fun).(*ast.Ident)
	if !ok {
		return false
	}
	builtin, ok := c.pass.TypesInfo.Uses[ident].(*types.Builtin)
	if !ok {
		return false
	}
	for _, name := range names {
		if builtin.Name() == name {
			return true
		}
	}
	return false
}
