"""What can be asked of a page in the browser. Each check returns what is wrong, in words; nothing where all is well."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import AXE_OPTIONS, describe

WIDTHS = {1280: 800, 768: 1024, 320: 640}

# Boxes that stick out of the window: the widest elements, so that the message says where to look.
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= room) return []
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > room + 1)
    .map((each) => `${each.tagName.toLowerCase()}.${each.className} reaches ${each.getBoundingClientRect().right}`)
    .slice(-3)
    .concat(`the page is ${document.documentElement.scrollWidth} wide on a screen of ${room}`)
}"""

# Text that its own box cuts off, or that is wider than the block it stands in. A box that people can scroll is fine.
CLIPPED = """() => {
  const wrong = []
  for (const each of document.querySelectorAll('body *')) {
    const style = getComputedStyle(each)
    const box = each.getBoundingClientRect()
    if (!each.textContent.trim() || box.width <= 1 || box.height <= 1 || style.display === 'inline') continue
    if (each.closest('svg, select, textarea, .govuk-visually-hidden, [aria-hidden=true] *')) continue
    const cutAcross = each.scrollWidth > each.clientWidth + 1 && /hidden|clip/.test(style.overflowX)
    const cutDown = each.scrollHeight > each.clientHeight + 1 && /hidden|clip/.test(style.overflowY)
    const name = `${each.tagName.toLowerCase()}.${each.className} "${each.textContent.trim().slice(0, 40)}"`
    if (cutAcross || cutDown) wrong.push(`${name} is cut off`)
    const own = [...each.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim())
    for (const node of own) {
      const range = document.createRange()
      range.selectNodeContents(node)
      const text = range.getBoundingClientRect()
      const scrolls = each.closest('pre, table') && getComputedStyle(each.closest('pre, table')).overflowX === 'auto'
      if (text.width && text.right > document.documentElement.clientWidth + 1 && !scrolls)
        wrong.push(`${name} runs out of the window`)
    }
  }
  return [...new Set(wrong)]
}"""

# Two pieces of text in one place. Compares the lines of text, not the boxes, which may well touch.
OVERLAPS = """() => {
  const lines = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const parent = node.parentElement
    if (!node.textContent.trim() || parent.closest('script, style, select, textarea, .govuk-visually-hidden')) continue
    if (!parent.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 2) continue
      // the ink stands in the middle of its line: ascenders and descenders of neighbours may touch
      const trim = box.height * 0.28
      lines.push({node, top: box.top + trim, bottom: box.bottom - trim, left: box.left + 1, right: box.right - 1})
    }
  }
  lines.sort((a, b) => a.top - b.top)
  const wrong = new Set()
  for (let i = 0; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length && lines[j].top < lines[i].bottom; j++) {
      const [a, b] = [lines[i], lines[j]]
      if (a.node !== b.node && a.left < b.right && b.left < a.right)
        wrong.add(`"${a.node.textContent.trim().slice(0, 40)}" lies over "${b.node.textContent.trim().slice(0, 40)}"`)
    }
  }
  return [...wrong]
}"""

# What can be pressed, too small for a finger (WCAG 2.5.8). Links inside a sentence are exempt.
SMALL_TARGETS = """(least) => {
  const wrong = []
  const pressed = 'a[href], button, input:not([type=hidden]), select, textarea, summary'
  const blocks = 'p, li, dd, dt, td, th, figcaption, address, div, h1, h2, h3'
  for (const each of document.querySelectorAll(pressed)) {
    if (!each.checkVisibility({visibilityProperty: true}) || each.closest('.govuk-skip-link')) continue
    const beside = [...(each.closest(blocks) || each.parentElement).childNodes].filter((node) => !node.contains(each))
    const inSentence = /\\w/.test(beside.map((node) => node.textContent).join(''))
    if (each.tagName === 'A' && getComputedStyle(each).display === 'inline' && inSentence) continue
    const cover = getComputedStyle(each, '::after')
    const coversCard = each.closest('.app-card') && cover.content !== 'none' && cover.position === 'absolute'
    const box = (coversCard ? each.closest('.app-card') : each).getBoundingClientRect()
    if (Math.min(box.width, box.height) < least - 0.5)
      wrong.push(`"${(each.textContent || each.name).trim().slice(0, 40)}" is ${box.width} by ${box.height}`)
  }
  return wrong
}"""

# What nobody gets without JavaScript: words, links, buttons and fields that are not shown; folded <details> apart, and
# days of a month on which nothing happens, which a narrow screen leaves out with or without it.
UNREACHABLE = """() => {
  const wrong = []
  for (const each of document.querySelectorAll('body *')) {
    const says = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    if (!says && !each.matches('a[href], button, input:not([type=hidden]), select, textarea, img')) continue
    if (each.closest('script, button[hidden], option, optgroup, details:not([open]) > :not(summary)')) continue
    if (each.closest('.app-month--bare, .app-month__day--empty')) continue
    if (each.matches('.govuk-checkboxes__input, .govuk-radios__input')) continue // its label draws it
    if (!each.checkVisibility({visibilityProperty: true, opacityProperty: true}))
      wrong.push(`nobody sees ${each.outerHTML.slice(0, 120)}`)
  }
  return wrong
}"""


def too_wide(page: Page) -> list[str]:
    return page.evaluate(TOO_WIDE)


def clipped(page: Page) -> list[str]:
    return page.evaluate(CLIPPED)


def overlaps(page: Page) -> list[str]:
    return page.evaluate(OVERLAPS)


def small_targets(page: Page, least: int = 24) -> list[str]:
    return page.evaluate(SMALL_TARGETS, least)


def unreachable(page: Page) -> list[str]:
    return page.evaluate(UNREACHABLE)


def axe_violations(page: Page, *rules: str) -> list[str]:
    """By all of axe's rules, or only by those named."""
    options: dict[str, Any] = {**AXE_OPTIONS, "preload": False}
    if rules:
        options |= {"runOnly": {"type": "rule", "values": list(rules)}}
    return [describe(found) for found in Axe().run(page, options=options).response["violations"]]
