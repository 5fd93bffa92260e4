/** What a figure of an explanation is given: as a property, or as JSON that stands in the element. Draws nothing. */

/** The data of an element, from its own script; null where there is none or it is no JSON. */
export function givenIn<T>(element: Element): T | null {
  const text = element.querySelector(":scope > script[type='application/json']")?.textContent;
  return text ? parsed<T>(text) : null;
}

/** The data alone, or the bundle around it: a cell's output has it with the element's name, a page's script without. */
export function parsed<T>(text: string): T | null {
  try {
    const found = JSON.parse(text) as T & { data?: T };
    return found.data !== undefined ? found.data : found;
  } catch {
    return null;
  }
}
