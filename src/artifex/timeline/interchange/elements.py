"""Builds and writes indented XML."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement


def add(parent: Element, tag: str, text: object = None, /, **attributes: str) -> Element:
    """A child with text and attributes; control characters, which XML cannot hold, are left out."""
    child = SubElement(parent, tag, {key.replace("_", "-"): clean(value) for key, value in attributes.items()})
    if text is not None:
        child.text = clean(str(text))
    return child


def clean(text: str) -> str:
    return "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))


def written(root: Element, doctype: str) -> str:
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {doctype}>\n{body}\n'
