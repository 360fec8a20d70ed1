// Returns [what, contrast] of all texts and drawings that can be seen in a shadow tree, each over the worst that
// may lie below it: pictures may be black or white. Formulas: WCAG 2.2, "relative luminance", "contrast ratio".
(root) => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const parse = (color) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = color;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((value, i) => value * a + below[i] * (1 - a));
  const luminance = (color) => {
    const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = color.map((value) => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const layersBelow = (element) => {
    const layers = [];
    for (let at = element; at && at.classList; at = at.parentElement) {
      const layer = parse(getComputedStyle(at).backgroundColor);
      // The light around the picture is always veiled.
      if (at.classList.contains("stage") && at.dataset.controls === "full")
        layers.push(parse(getComputedStyle(at.querySelector(".backdrop"), "::after").backgroundColor));
      else if (!at.classList.contains("stage")) layers.push(layer);
      if (layer[3] === 1 && !at.classList.contains("stage")) break;
    }
    return layers.reverse();
  };
  const opacity = (element) =>
    element?.classList ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
  const worst = (element, paint) => {
    const style = getComputedStyle(element);
    const color = parse(paint === "text" ? style.color : style.stroke);
    color[3] *= opacity(element);
    return Math.min(
      ...[0, 255].map((value) => {
        const below = layersBelow(element).reduce((under, layer) => over(layer, under), [value, value, value]);
        return contrast(over(color, below), below);
      })
    );
  };
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const all = [...root.querySelectorAll("*")].filter((element) => seen(element) && !element.closest(".hidden-text"));
  const nameOf = (button) => button?.dataset.action || button?.textContent || "";
  const texts = all.filter((element) => hasText(element) && element.localName !== "style");
  const drawings = all.filter((element) => element.localName === "svg");
  return {
    texts: texts.map((element) => [element.textContent.trim().slice(0, 40), worst(element, "text")]),
    drawings: drawings.map((element) => [nameOf(element.closest("button")), worst(element, "drawing")]),
  };
}
