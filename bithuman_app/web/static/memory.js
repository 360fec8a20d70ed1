// What the browser remembers from one visit to the next.

const PREFIX = "bithuman-app.";

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage may be forbidden; then it is simply not remembered.
  }
}

// Return what was remembered if it is good, else another value.
export function recall(name, isGood, otherwise) {
  try {
    const value = JSON.parse(localStorage.getItem(PREFIX + name));
    return isGood(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

export const isShare = (value) => typeof value === "number" && value >= 0 && value <= 1;
export const isText = (value) => typeof value === "string";
export const isFlag = (value) => typeof value === "boolean";
