"""Nested rules: their selectors with `&` replaced (CSS Nesting 1, section 3)."""

from dataclasses import replace

from assetforge.formats.css.selectors.compiled import Complex, Compound, Condition, Has, Is, Not, Nth, Parent, Selectors


def within(inner: Selectors, outer: Selectors) -> Selectors:
    """The selectors of a rule that stands in a rule with the selectors `outer`. One without `&` is relative to it."""
    parent = Is(outer)
    return Selectors(tuple([_complex(one, parent) for one in inner.alternatives]))


def _complex(one: Complex, parent: Is) -> Complex:
    if not one.compounds:
        return one
    first, *rest = compounds = tuple([_compound(compound, parent) for compound in one.compounds])
    if compounds != one.compounds and not first.combinator:
        return Complex(compounds)
    return Complex((Compound(conditions=(parent,)), first._replace(combinator=first.combinator or " "), *rest))


def _compound(one: Compound, parent: Is) -> Compound:
    conditions = tuple([_condition(condition, parent) for condition in one.conditions])
    return one if conditions == one.conditions else one._replace(conditions=conditions)


def _condition(one: Condition, parent: Is) -> Condition:
    match one:
        case Parent():
            return parent
        case Is(selectors) | Not(selectors) | Has(selectors):
            found = _replaced(selectors, parent)
            return one if found == selectors else type(one)(found)
        case Nth(of=Selectors() as selectors):
            return replace(one, of=_replaced(selectors, parent))
    return one


def _replaced(selectors: Selectors, parent: Is) -> Selectors:
    """`&` inside of brackets: nothing becomes relative there."""
    return Selectors(
        tuple([Complex(tuple([_compound(compound, parent) for compound in one.compounds])) for one in selectors.alternatives])
    )
