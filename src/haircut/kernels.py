"""How a kernel is compiled, and the name of the folder in which its machine code is kept.

numba's cache looks at the file that holds a function, not at the files of what the function calls: an edit in
a callee, or in a constant that it imports, leaves the caller's machine code in place and the answer stale. So
the cache folder is named by a hash of every kernel source and of all that these sources import from the
package, with numba's version, Python's version and the CPU. Another source is another folder, never an old
answer.

`HAIRCUT_CACHE` moves the folder (else `XDG_CACHE_HOME`, else `~/.cache/haircut`); where it cannot be written,
a private temporary folder serves. With `NUMBA_DISABLE_JIT=1` kernels are plain Python functions.
"""

import functools
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

__all__ = [
    "are_compiled",
    "cache_folder",
    "compiled_before",
    "cpu_description",
    "kernel",
    "lean_kernel",
    "source_hash",
    "step",
    "ziggurat_tables",
]

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent
_KERNEL_MARK = b"haircut.kernels"
_NO_SOURCE = {"__pycache__", "data"}
_FOLDERS_KEPT = 5
_IN_USE_SECONDS = 3600.0
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)|import[ \t]+([^\n#]+))", re.MULTILINE
)
_COMMENT_OR_ALIAS = re.compile(rb"#[^\n]*|[ \t]as[ \t]+\w+")


def kernel(function: Function) -> Function:
    """Compile a function of scalars and arrays to machine code that runs without the interpreter's lock.

    A kernel is about one step and reads as scalar code for one path; what it calls must be kernels too. It is
    compiled at its first call and loaded from the cache folder afterwards. Division by zero gives inf or nan
    as in numpy, so a kernel checks what it divides by. Not for code that is called a few times a run:
    compiling costs a tenth of a second and more.
    """
    return _compiled(function, counted=True)


def lean_kernel(function: Function) -> Function:
    """Compile a kernel that makes no array: it keeps no count of who uses the arrays that it was given.

    The month of a book passes some fifty arrays from step to step. Counting each of them up and down around every
    call took two thirds of its time. A lean kernel that makes an array does not compile.
    """
    return _compiled(function, counted=False)


def _compiled(function: Function, counted: bool) -> Function:
    numba = _numba()
    compiled = numba.njit(nogil=True, cache=True, error_model="numpy", _nrt=counted)(function)
    if hasattr(compiled, "get_call_template"):  # a plain function where kernels are not compiled
        _without_literals(compiled, numba.types.unliteral)
    return cast(Function, compiled)


def _without_literals(compiled: Any, unliteral: Callable[[Any], Any]) -> None:
    """Let a call with a constant use the version for any number of its type.

    numba compiles a kernel anew for each constant that a caller passes: `pay` had 50 versions, one for each
    cause and step, and the month took twice as long to compile.
    """
    template = compiled.get_call_template

    def for_types(arguments: Any, keywords: Any) -> Any:
        plain = tuple(unliteral(argument) for argument in arguments)
        return template(plain, {name: unliteral(value) for name, value in keywords.items()})

    compiled.get_call_template = for_types


def step(function: Function) -> Function:
    """Compile a kernel that is called at one place only: it is merged into its caller.

    A step of the month takes the whole book and the whole state, some thirty arrays that a call copies word by
    word; merging it saves the copies (measured: half the time of a month). Its helpers take records, which are
    passed by address.
    """
    numba = _numba()
    return cast(Function, numba.njit(nogil=True, error_model="numpy", inline="always")(function))


def are_compiled() -> bool:
    """Whether kernels are machine code; with `NUMBA_DISABLE_JIT=1` they are plain Python."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")


def ziggurat_tables() -> tuple[Any, Any, Any, float, float]:
    """numba's copy of numpy's tables of the normal: least words, widths, heights, start of the tail, its inverse."""
    _numba()
    from numba.np.random import _constants as known

    return (
        known.ki_double,
        known.wi_double,
        known.fi_double,
        float(known.ziggurat_nor_r),
        float(known.ziggurat_nor_inv_r),
    )


def compiled_before() -> bool:
    """Whether the cache folder holds machine code of the present kernels, so that a first call is quick."""
    if not are_compiled():
        return True
    return next(_package_folder().rglob("*.nbi"), None) is not None


def cache_folder(root: Path) -> Path:
    """Return the folder for the machine code of the package at `root`, created, and drop the oldest others.

    Up to five folders are kept, the most recently used ones; one that was used in the last hour always stays,
    as another process may be writing to it.
    """
    name = source_hash(root)
    for base in (_user_cache(), _private_temporary_folder()):
        folder = base / "numba" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            _prune(folder)
            return folder
    return Path(tempfile.mkdtemp(prefix="haircut-numba-"))


def source_hash(root: Path) -> str:
    """Return a hash of the kernel sources of the package at `root` and of what decides their machine code."""
    digest = hashlib.sha256()
    for part in (_numba_version(), sys.version, cpu_description()):
        digest.update(part.encode() + b"\0")
    for path, text in _kernel_sources(root):
        digest.update(f"{path}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:20]


@functools.cache
def cpu_description() -> str:
    """Return the CPU's name and features in one line: two machines with the same line give the same bits.

    >>> cpu_description() == cpu_description()
    True
    """
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            first = file.read(16384).split("\n\n")[0]
    except OSError:
        return " ".join((sys.platform, *_machine()))
    wanted = ("model name", "flags", "CPU implementer", "CPU part", "Features")
    lines = (line.partition(":") for line in first.splitlines())
    return " ".join((*_machine(), *(value.strip() for name, _, value in lines if name.strip() in wanted)))


def _machine() -> tuple[str, ...]:
    if hasattr(os, "uname"):
        return (os.uname().machine,)
    return (os.environ.get("PROCESSOR_IDENTIFIER", ""),)


@functools.cache
def _package_folder() -> Path:
    return cache_folder(_PACKAGE)


@functools.cache
def _numba() -> Any:
    """Import numba with its cache in our folder; where the process had imported it before, move the cache."""
    folder = str(_package_folder())
    os.environ["NUMBA_CACHE_DIR"] = folder
    import numba

    config: Any = numba.config
    if folder != config.CACHE_DIR:
        config.CACHE_DIR = folder
    return numba


def _numba_version() -> str:
    from importlib import metadata  # numba imports it anyway; nobody else should pay for it

    return metadata.version("numba")


def _kernel_sources(root: Path) -> list[tuple[str, bytes]]:
    """Files that define kernels and, step by step, the files of the package that they import.

    Imports are followed because a number that a kernel reads from another module is frozen into machine code.
    They are read with a pattern and not with a parser: a parser takes many times the ten milliseconds that
    this may cost, and an import too many only compiles once more.
    """
    texts = dict(_package_texts(root))
    waiting = [path for path, text in texts.items() if _KERNEL_MARK in text]
    reached = set(waiting)
    while waiting:
        path = waiting.pop()
        for imported in _imported_files(path, texts, root.name):
            if imported not in reached:
                reached.add(imported)
                waiting.append(imported)
    return [(path, texts[path]) for path in sorted(reached)]


def _package_texts(root: Path) -> list[tuple[str, bytes]]:
    found = []
    top = str(root)
    for folder, inner, names in os.walk(top):
        inner[:] = [name for name in inner if name not in _NO_SOURCE]
        for name in names:
            if name.endswith(".py"):
                full = os.path.join(folder, name)
                with open(full, "rb") as file:
                    found.append((os.path.relpath(full, top).replace(os.sep, "/"), file.read()))
    return found


def _imported_files(path: str, texts: dict[str, bytes], package: str) -> list[str]:
    found = []
    for module, names, modules in _IMPORT.findall(texts[path]):
        if modules:
            for clause in modules.decode(errors="replace").split(","):
                parts = _below_package(clause.split(" as ")[0].strip(), path, package)
                found.append(_module_file(parts, texts))
            continue
        parts = _below_package(module.decode(errors="replace"), path, package)
        if parts is None:
            continue
        for name in re.findall(r"[\w*]+", _COMMENT_OR_ALIAS.sub(b"", names).decode(errors="replace")):
            # A submodule is where the name comes from; anything else is defined or re-exported by the module.
            found.append(_module_file([*parts, name], texts) or _module_file(parts, texts))
    return [file for file in found if file is not None]


def _below_package(module: str, path: str, package: str) -> list[str] | None:
    """Split a dotted module name below the package, or return None for a module that is not ours."""
    names = [name for name in module.split(".") if name]
    dots = len(module) - len(module.lstrip("."))
    if dots:
        folder = path.split("/")[:-1]
        return folder[: len(folder) - dots + 1] + names
    return names[1:] if names[:1] == [package] else None


def _module_file(parts: list[str] | None, texts: dict[str, bytes]) -> str | None:
    if parts is None:
        return None
    for file in ("/".join(parts) + ".py", "/".join([*parts, "__init__.py"])):
        if file in texts:
            return file
    return None


def _user_cache() -> Path:
    chosen = os.environ.get("HAIRCUT_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path(os.path.expanduser("~")) / ".cache") / "haircut"


def _private_temporary_folder() -> Path:
    """A folder that only this user can write: machine code is loaded from it."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"haircut-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return folder
    if hasattr(os, "getuid") and (folder.is_symlink() or state.st_uid != user or state.st_mode & 0o022):
        return Path(tempfile.mkdtemp(prefix="haircut-"))
    return folder


def _prune(current: Path) -> None:
    """Drop folders beyond the most recently used ones; another process may be doing the same, so quietly."""
    try:
        with os.scandir(current.parent) as entries:
            used = [(entry.stat().st_mtime, entry.path) for entry in entries if entry.is_dir()]
    except OSError:
        return
    limit = time.time() - _IN_USE_SECONDS
    for last_use, path in sorted(used, reverse=True)[_FOLDERS_KEPT:]:
        if last_use < limit:
            shutil.rmtree(path, ignore_errors=True)
