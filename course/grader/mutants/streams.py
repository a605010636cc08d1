"""Faults of streams: what waits, what is buffered, what is cleaned up, and what an error becomes."""

import ast

from course.grader.mutants.source import Edit, Function, Made, Source, pauses, yields

IN_A_THREAD = {"to_thread": 0, "run_sync": 0, "run_in_threadpool": 0, "run_in_executor": 1}  # Where the function is.
LAZY = {"map", "filter", "iter", "enumerate", "zip", "chain", "islice", "takewhile", "batched"}


def waiting(source: Source, node: ast.AST) -> Made:
    match node:
        case ast.AsyncFunctionDef():
            start, end = source.span(node)
            if (word := source.token(start, end, "async")) is not None:
                yield "def for async def", [Edit(word.start, word.end + 1, "")]
        case ast.FunctionDef():
            start = source.span(node)[0]
            yield "async def for def", [Edit(start, start, "async ")]
        case ast.Await():
            yield "an await less", [source.put(node, source.of(node.value))]
            yield from _on_the_loop(source, node)


def buffering(source: Source, node: ast.AST) -> Made:
    match node:
        case ast.For(iter=each) | ast.YieldFrom(value=each) if not _a_range(each):
            yield "all of it at once", [source.put(each, f"list({source.of(each)})")]
        case ast.AsyncFor(iter=each):
            word = source.token(*source.span(node), "async")
            assert word is not None
            all_of_it = f"[each async for each in {source.of(each)}]"
            yield "all of it at once", [Edit(word.start, word.end + 1, ""), source.put(each, all_of_it)]
        case ast.While(test=ast.NamedExpr(target=target, value=value)):
            start, end = source.span(node)[0], source.span(node.test)[1]
            taken = f"takewhile(bool, iter(lambda: {source.of(value)}, ...))"
            all_of_it = f"for {source.of(target)} in list(__import__('itertools').{taken})"
            yield "all of it at once", [Edit(start, end, all_of_it)]
        case ast.GeneratorExp():
            start, end = source.span(node)
            parent = source.parents[node]
            inner = source.of(node)[1:-1]
            closes = isinstance(parent, ast.Call) and source.span(parent)[1] == end
            yield "all of it at once", [Edit(start, end, f"([{inner}])" if closes else f"[{inner}]")]
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in LAZY:
            yield "all of it at once", [source.put(node, f"list({source.of(node)})")]
        case ast.Call(func=ast.Name(id=name), args=[stream, *_]) if name.endswith("Response") and _made(source, stream):
            text = source.of(stream)
            yield "all of it at once", [source.put(stream, f"list({text})")]
            yield "all of it at once", [source.put(stream, f"[each async for each in {text}]")]
        case ast.While(test=ast.Constant(value=True)):
            start, end = source.span(node)[0], source.span(node.test)[1]
            yield "an end after a thousand", [Edit(start, end, "for _ in range(1000)")]
        case ast.Expr(value=ast.Yield(value=value)) if value is not None:
            given = source.of(value)
            start = source.span(node)[0]
            yield "return for yield", [Edit(start, start + len("yield"), "return")]
            if not _never_false(source, value):
                yield "what is false is dropped", [source.put(node, f"if given := ({given}): yield given")]


def cleaning_up(source: Source, node: ast.AST) -> Made:
    match node:
        case ast.Try(finalbody=[first, *_]):
            start, end = source.span(first)[0], source.span(node.finalbody[-1])[1]
            yield "no clean-up", [Edit(start, end, "pass")]
            before = [*node.body, *node.handlers, *node.orelse]
            word = source.token(source.span(before[-1])[1], start, "finally")
            assert word is not None
            final = (word.start, word.end)
            if node.handlers and not node.orelse:
                yield "clean-up when nothing went wrong", [Edit(*final, "else")]
            if not node.handlers:
                opening = source.token(*source.span(node), "try")
                assert opening is not None
                both = [Edit(opening.start, opening.end, "if True"), Edit(*final, "if True")]
                yield "clean-up when nothing went wrong", both
                yield "clean-up after an error only", [Edit(*final, "except Exception")]
        case ast.With() | ast.AsyncWith():
            yield from _flattened(source, node)


def errors(source: Source, node: ast.AST) -> Made:
    match node:
        case ast.Try(handlers=handlers):
            for handler in handlers:
                if handler.type is None:
                    continue
                yield "an error not caught", [source.put(handler.type, "()")]
                if source.of(handler.type) != "Exception":
                    yield "a wider except", [source.put(handler.type, "Exception")]
                if any(map(pauses, node.body)):
                    yield "a wider except", [source.put(handler.type, "BaseException")]
        case ast.For() | ast.AsyncFor() | ast.While() if yields(node):
            suppress = "with __import__('contextlib').suppress({}):"
            yield "an error swallowed", [source.indented(node, suppress.format("Exception"))]
            yield "an error swallowed", [source.indented(node, suppress.format("BaseException"))]


def _a_range(node: ast.AST) -> bool:
    """Nothing is read ahead when these are made a list: small, and there anyway."""
    match node:
        case ast.Call(func=ast.Name(id="range")) | ast.List() | ast.Tuple() | ast.Constant():
            return True
    return False


def _made(source: Source, node: ast.AST) -> bool:
    """Whether an argument is the call of a generator of this file."""
    made = {each.name for each in ast.walk(source.tree) if isinstance(each, Function) and yields(each)}
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in made


def _never_false(source: Source, value: ast.expr) -> bool:
    """Whether an item has text of its own, or was looked at on the way to its `yield`."""
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) for part in value.values)
    for up in source.above(value):
        if isinstance(up, ast.If | ast.While):
            test = up.test.target if isinstance(up.test, ast.NamedExpr) else up.test
            if isinstance(test, ast.Name) and isinstance(value, ast.Name) and test.id == value.id:
                return True
    return False


def _on_the_loop(source: Source, node: ast.Await) -> Made:
    match node.value:
        case ast.Call(func=ast.Attribute(attr="sleep"), args=[seconds]):
            yield "the loop blocked", [source.put(node, f"__import__('time').sleep({source.of(seconds)})")]
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in IN_A_THREAD:
            function, *given = args[IN_A_THREAD[name] :]
            called = f"{source.of(function)}({', '.join(source.of(each) for each in given)})"
            yield "the loop blocked", [source.put(node, called)]


def _flattened(source: Source, node: ast.With | ast.AsyncWith) -> Made:
    """Entered and never left; and, when nothing is called by it, not entered either."""
    waits, enter = ("await ", "__aenter__") if isinstance(node, ast.AsyncWith) else ("", "__enter__")
    entered = []
    for item in node.items:
        if item.optional_vars is not None and not isinstance(item.optional_vars, ast.Name):
            return
        name = f"{source.of(item.optional_vars)} := " if item.optional_vars is not None else ""
        entered.append(f"({name}{waits}({source.of(item.context_expr)}).{enter}())")
    head = source.span(node)[0], _last_of_head(source, node)
    yield "a with that never closes", [Edit(*head, f"if [{', '.join(entered)}]")]
    if all(item.optional_vars is None for item in node.items):
        yield "a with less", [Edit(*head, "if True")]


def _last_of_head(source: Source, node: ast.With | ast.AsyncWith) -> int:
    last = node.items[-1]
    place = source.span(last.optional_vars or last.context_expr)[1]
    colon = source.token(place, source.span(node.body[0])[0], ":")
    assert colon is not None
    return colon.start
