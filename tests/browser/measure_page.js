// Measures the page in the frame and leaves what it found as JSON in #found.
const frame = document.querySelector('iframe');
frame.onload = () => {
  const view = frame.contentWindow, page = frame.contentDocument, root = page.documentElement;
  const shown = [...page.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0);
  const overlaps = [], clipped = [];
  for (const svg of shown) {
    const outer = svg.getBoundingClientRect(), seen = new Map();
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      if (!text.textContent || !box.width) continue;
      // A label is drawn twice, once as its own halo.
      seen.set([text.textContent, Math.round(box.x), Math.round(box.y)].join('|'), [text.textContent, box]);
    }
    const texts = [...seen.values()];
    texts.forEach(([name, a], i) => {
      if (a.left < outer.left - 1 || a.right > outer.right + 1 || a.top < outer.top - 1 || a.bottom > outer.bottom + 1)
        clipped.push(name);
      texts.slice(i + 1).forEach(([other, b]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 3) overlaps.push(name + ' / ' + other);
      });
    });
  }
  const links = [...page.querySelectorAll('a[href^="#"]')].map(link => link.getAttribute('href').slice(1));
  const found = {
    scroll: root.scrollWidth, client: root.clientWidth, pictures: shown.length, overlaps, clipped,
    lost: links.filter(id => !page.getElementById(id)), links: links.length,
    fetched: view.performance.getEntriesByType('resource').map(entry => entry.name),
    smallest: Math.min(...shown.flatMap(svg => [...svg.querySelectorAll('text')].map(text =>
      parseFloat(view.getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))),
    boxes: [...page.querySelectorAll('.box')].every(box => box.getBoundingClientRect().right <= root.clientWidth + 1),
    unreachable: [...page.querySelectorAll('.box')].filter(box => box.tabIndex !== 0).length,
    target: page.getElementById('m-fair_margin_bp') !== null,
  };
  const out = document.createElement('pre');
  out.id = 'found';
  out.textContent = JSON.stringify(found);
  document.body.append(out);
};
