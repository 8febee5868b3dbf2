// SPDX-License-Identifier: Apache-2.0
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("report");

  // Texts of the corpus become text nodes and attributes only, never markup.
  const element = (make, name, attributes, children) => {
    const node = make(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
    }
    node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
    return node;
  };
  const h = (name, attributes = {}, ...children) =>
    element(tag => document.createElement(tag), name, attributes, children);
  const s = (name, attributes = {}, ...children) =>
    element(tag => document.createElementNS("http://www.w3.org/2000/svg", tag), name, attributes, children);

  // Names like card_not_working break at their joints before they break anywhere.
  const label = text => h("bdi", {}, text.split(/(?<=[_\-./:])/).flatMap((part, i) => i ? [h("wbr"), part] : [part]));

  const count = number => number.toLocaleString("en");
  const points = share => (100 * share).toFixed(1);
  const signs = (value, text) => (value < 0 ? "−" : value > 0 ? "+" : "") + text(Math.abs(value));
  const signed = share => signs(share, points);
  // A figure that is no share, such as a loss.
  const plain = value => Math.abs(value) < 100 ? value.toFixed(3) : Math.abs(value) < 1e6 ? value.toFixed(1) : value.toExponential(2);
  const told = row => row.share ? points : plain;
  const percent = share => (100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0) + " %";
  const isNumber = value => typeof value === "number";
  const sum = numbers => numbers.reduce((a, b) => a + b, 0);
  const distinct = values => [...new Set(values)];
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The caption stands above the box: within it, a wide table would carry it out of sight.
  const scroll = (caption, table) => [
    h("p", {class: "caption"}, caption),
    h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption}, table)];
  const section = (id, title, ...children) =>
    main.append(h("section", {"aria-labelledby": id}, h("h2", {id}, title), ...children));
  const num = text => h("td", {class: "num"}, text);
  const head = (...titles) => h("thead", {}, h("tr", {}, titles.map((title, i) =>
    h("th", {scope: "col", class: i > 0 && title.num ? "num" : null}, title.num || title))));

  // ---- what ran

  document.title = data.name + " · Graft report";
  const facts = Object.entries(data.facts);
  const list = entries => h("dl", {class: "facts"}, entries.map(([key, value]) =>
    [h("dt", {}, h("bdi", {}, key)), h("dd", {}, h("bdi", {}, value))]));
  const pretty = json => {
    try { return JSON.stringify(JSON.parse(json), null, 2); } catch { return json; }
  };
  main.append(h("header", {},
    h("h1", {}, h("bdi", {}, data.name)),
    h("p", {class: "soft"}, "Graft report, " + data.finished),
    data.conclusions.length
      ? h("div", {class: "conclusion", id: "conclusion"}, data.conclusions.map(text => h("p", {}, text))) : null,
    facts.length ? list(facts) : null,
    Object.keys(data.files).length
      ? h("details", {}, h("summary", {}, "Where everything lies"), list(Object.entries(data.files)
          .map(([path, what]) => [path, what]))) : null,
    data.augment ? h("details", {}, h("summary", {}, "Settings, rows, versions, models and timings"),
      h("h3", {}, "Settings"), h("pre", {tabindex: "0"}, pretty(data.augment.from.settings)),
      h("h3", {}, "Seed and rows"), list([["seed", String(data.augment.seed)],
        ...Object.entries(data.augment.rows).map(([table, rows]) => [table, count(rows)])]),
      h("h3", {}, "Versions"), list(Object.entries(data.augment.versions)),
      h("h3", {}, "Models and lexicons (SHA-256)"), list(Object.entries(data.augment.models)),
      h("h3", {}, "Seconds"), list(Object.entries(data.augment.seconds).map(([k, v]) => [k, v.toFixed(1)]))) : null,
    data.augment && data.augment.notes.length
      ? h("ul", {class: "soft small"}, data.augment.notes.map(note => h("li", {}, note))) : null));

  // ---- tables of steps

  data.tables.forEach((table, i) => section("table-" + i, table.title, scroll(table.caption, h("table", {},
    head(table.head[0], ...table.head.slice(1).map(title => ({num: title}))),
    h("tbody", {}, table.rows.map(row => h("tr", {},
      h("th", {scope: "row", class: "label"}, label(row[0])), row.slice(1).map(num))))))));

  // ---- counts

  const waterfall = () => {
    const whole = Math.max(1, data.waterfall[0].copies);
    let level = 0;
    const rows = data.waterfall.map(step => {
      const start = step.loss ? level - step.copies : 0;
      level = start + (step.loss ? 0 : step.copies);
      return h("tr", {},
        h("th", {scope: "row"}, step.name),
        num((step.loss && step.copies ? "−" : "") + count(step.copies)),
        h("td", {}, h("div", {class: "bar", "aria-hidden": "true"}, step.copies
          ? h("i", {class: step.loss ? "loss" : null,
              style: `left:${100 * start / whole}%;width:${100 * step.copies / whole}%`}) : null)));
    });
    return h("table", {class: "waterfall", id: "waterfall"},
      h("caption", {}, "All operators together; each loss is taken off what the line above left."),
      h("tbody", {}, rows));
  };
  const operators = () => {
    const reasons = distinct(data.operators.flatMap(row => Object.keys(row.counts.dropped))).sort();
    const cells = row => [row.counts.asked, row.counts.unchanged, row.counts.failed,
      ...reasons.map(reason => row.counts.dropped[reason] || 0), row.counts.kept];
    const totals = data.operators.map(cells).reduce((a, b) => a.map((x, i) => x + b[i]));
    return scroll("Copies asked for = unchanged + failed + dropped + kept, operator by operator.", h("table", {class: "wide", id: "operators"},
      head("Operator", {num: "Inputs"}, {num: "Asked for"}, {num: "Unchanged"}, {num: "Failed"},
        ...reasons.map(reason => ({num: "Dropped: " + reason})), {num: "Kept"}),
      h("tbody", {}, data.operators.map(row => h("tr", {}, h("th", {scope: "row", class: "label"}, row.operator),
        num(count(row.counts.inputs)), cells(row).map(value => num(count(value)))))),
      h("tfoot", {}, h("tr", {}, h("th", {scope: "row"}, "All"), num(""),
        totals.map(value => num(count(value)))))));
  };
  const classRows = () => scroll("Training rows and the copies of them that were kept, class by class.", h("table", {id: "class-rows"},
    head("Class", {num: "Rows"}, {num: "Kept copies"}),
    h("tbody", {}, data.classRows.map(row => h("tr", {}, h("th", {scope: "row", class: "label"}, label(row.label)),
      num(count(row.rows)), num(count(row.copies)))))));
  if (data.waterfall.length) {
    section("counts", "From copies asked for to copies kept", waterfall(), h("h3", {}, "By operator"), operators(),
      ...(data.classRows.length ? [h("h3", {}, "By class"), classRows()] : []));
  }

  // ---- diversity

  const share = value => isNumber(value) ? value.toFixed(3) : "–";
  const histogram = counts => {
    const most = Math.max(1, ...counts), all = sum(counts), bin = 12, height = 30;
    const ends = i => `${(i / counts.length).toFixed(1)} to ${((i + 1) / counts.length).toFixed(1)}`;
    const text = counts.map((copies, i) => copies ? `${ends(i)}: ${count(copies)}` : null).filter(each => each).join("; ");
    return s("svg", {class: "histogram", width: bin * counts.length, height: height + 16, role: "img", "aria-label": `copies by intensity: ${text || "none"}`},
      counts.map((copies, i) => {
        const tall = copies ? Math.max(1.5, height * copies / most) : 0;
        return s("g", {}, s("title", {}, `${ends(i)}: ${count(copies)} copies, ${percent(all ? copies / all : 0)}`),
          s("rect", {class: "track", x: bin * i + 1, y: 0, width: bin - 2, height}),
          s("rect", {x: bin * i + 1, y: height - tall, width: bin - 2, height: tall}));
      }),
      s("text", {class: "soft", x: 1, y: height + 13}, "0"),
      s("text", {class: "soft", x: bin * counts.length - 1, y: height + 13, "text-anchor": "end"}, "1"));
  };
  const figures = each => ["texts", "distinct1", "distinct2", "typeTokenRatio", "selfBleu"].map((name, i) =>
    num(each ? (i ? share(each[name]) : count(each[name])) : "–"));
  const diversity = () => scroll("The four figures after “texts” are of so many copies, made of the same originals where these were kept; only figures of about as many texts compare. " +
    "Words are lower-cased, and punctuation marks count as words. Similarity and intensity are of all kept copies.", h("table", {class: "wide", id: "diversity-table"},
    head("Made by", {num: "Texts"}, {num: "Distinct‑1"}, {num: "Distinct‑2"}, {num: "Type-token ratio"}, {num: "Self‑BLEU"}, {num: "All kept copies"}, {num: "Mean similarity"}, "Intensity"),
    h("tbody", {},
      data.originals ? h("tr", {class: "baseline"}, h("th", {scope: "row", class: "label"}, "originals, to compare with"),
        figures(data.originals), num("–"), num("–"), h("td", {}, "–")) : null,
      data.kept.map(row => h("tr", {}, h("th", {scope: "row", class: "label"}, label(row.operator)),
        figures(row.diversity), num(count(row.copies)), num(share(row.similarity)), h("td", {}, row.copies ? histogram(row.intensity) : "–"))))));
  const reading = [
    ["Distinct-1, distinct-2", "distinct words, and pairs of words, by all of them: higher, more different words in all the texts together."],
    ["Type-token ratio", "distinct words by all words within a text, in a moving window of 50: lower, a text repeats itself."],
    ["Self-BLEU", "how much of each text stands in the others, in runs of one to four words: lower, the texts differ more from each other."],
    ["Similarity", "mean cosine of a copy and its original, where that filter ran: higher, closer in meaning."],
    ["Intensity", "share of the original’s characters that edits replaced; a sentence that was rewritten counts as a whole. A bar for each tenth from 0 to 1, the tallest as high as the box."],
  ];
  if (data.kept.length) {
    section("diversity", "Diversity",
      h("p", {class: "soft"}, "How much the kept copies vary, operator by operator. Figures near those of the originals are what more text of the same kind would have; " +
        "whether variety helps, only a training tells."),
      diversity(),
      h("dl", {class: "facts small"}, reading.map(([what, how]) => [h("dt", {}, what), h("dd", {}, how)])));
  }

  // ---- samples

  const piece = ({kind, text}) => {
    // A changed line break would not be seen.
    const visible = text.replace(/\r?\n/g, "↵\n");
    switch (kind) {
      case "SAME": return text;
      case "DELETED": return h("del", {}, visible);
      case "INSERTED": return h("ins", {}, visible);
      case "OMITTED": return h("span", {class: "omitted"}, ` [… ${text} …] `);
      default: throw new Error("unknown kind of piece: " + kind);
    }
  };
  const sample = each => h("article", {class: "sample"},
    h("p", {dir: "auto"}, each.pieces.map(piece)),
    h("footer", {},
      each.reason ? h("bdi", {class: "tag"}, each.reason) : [],
      each.label === null ? h("span", {}, "no label") : h("bdi", {class: "tag"}, each.label),
      Object.entries(each.scores).map(([name, score]) => h("span", {}, `${name} ${isNumber(score) ? score.toFixed(3) : score}`)),
      h("span", {}, "from ", h("bdi", {}, each.source))));
  if (data.samples.length) {
    const shown = sum(data.samples.map(group => group.samples.length));
    section("samples", "Samples",
      h("p", {class: "soft"}, `${shown} copies as they differ from their source, the least similar ones that were kept and dropped ones with their reason among them: `,
        h("del", {}, "deleted"), " and ", h("ins", {}, "inserted"), "."),
      data.samples.map(group => [h("h3", {}, group.operator), group.samples.map(sample)]));
  }

  // ---- arms

  const arms = distinct([...data.arms.map(arm => arm.name), ...data.curves.map(curve => curve.arm)]);
  // The last arm, which is judged, always has the accent; the marks tell arms apart without colour.
  const armColour = arm => {
    const fromEnd = arms.length - 1 - arms.indexOf(arm);
    return `--arm-${fromEnd < 3 ? 2 - fromEnd : 3 + (fromEnd - 3) % 3}`;
  };
  const mark = (arm, x, y, size) => {
    const fill = `var(${armColour(arm)})`;
    switch ((arms.length - 1 - arms.indexOf(arm)) % 3) {
      case 0: return s("circle", {cx: x, cy: y, r: size, fill});
      case 1: return s("rect", {x: x - size * .9, y: y - size * .9, width: size * 1.8, height: size * 1.8, fill});
      default: return s("path", {d: `M${x} ${y - size * 1.2}l${size * 1.2} ${size * 1.2}l${-size * 1.2} ${size * 1.2}l${-size * 1.2} ${-size * 1.2}z`, fill});
    }
  };
  const legend = () => h("ul", {class: "legend"}, arms.map(arm => h("li", {},
    s("svg", {width: 12, height: 12, "aria-hidden": "true"}, mark(arm, 6, 6, 5)), arm)));

  const panel = (test, measure) => {
    const rows = data.results.filter(row => row.test === test && row.measure === measure);
    const values = rows.flatMap(row => [...row.seeds, row.low, row.high]).filter(isNumber);
    const share = rows[0].share, show = told(rows[0]);
    const range = Math.max(...values) - Math.min(...values);
    const steps = share ? [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] : [1, 2, 5, 10]
      .map(each => each * 10 ** Math.floor(Math.log10((range || Math.abs(values[0]) / 10 || 1) / 5)));
    const step = steps.find(each => range / each <= 5) || 0.2;
    const bounded = share ? value => Math.min(1, Math.max(0, value)) : value => value;
    const low = bounded(Math.floor(Math.min(...values) / step - 0.2) * step);
    const high = bounded(Math.ceil(Math.max(...values) / step + 0.2) * step);
    const tickText = tick => share ? (step < 0.01 ? points(tick) : (100 * tick).toFixed(0))
      : tick.toFixed(Math.max(0, -Math.floor(Math.log10(step))));
    const width = 460, left = 12, right = 12, rowHeight = 46, top = 8;
    const height = top + rows.length * rowHeight + 26;
    const x = value => left + (value - low) / (high - low) * (width - left - right);
    const ticks = [];
    for (let tick = low; tick <= high + step / 2; tick += step) ticks.push(tick);
    const text = rows.map(row => `${row.arm}: ${show(row.mean)}` +
      (isNumber(row.low) ? `, 95 % interval ${show(row.low)} to ${show(row.high)}` : row.seeds.length > 1 ? "" : ", one seed")).join("; ");
    return h("div", {}, h("h3", {}, `${measure}, ${test}`),
      s("svg", {viewBox: `0 0 ${width} ${height}`, width: "100%", role: "img", "aria-label": `${measure} on ${test}${share ? ", in points" : ""}. ${text}`},
        ticks.map(tick => [
          s("line", {class: "grid", x1: x(tick), x2: x(tick), y1: top, y2: height - 22}),
          s("text", {class: "soft", x: x(tick), y: height - 6, "text-anchor": "middle"}, tickText(tick))]),
        rows.map((row, i) => {
          const y = top + i * rowHeight + 31, stroke = `var(${armColour(row.arm)})`;
          return s("g", {},
            s("text", {x: left, y: y - 13}, row.arm),
            isNumber(row.low) ? s("path", {d: `M${x(row.low)} ${y - 5}v10m0 -5H${x(row.high)}m0 -5v10`, stroke, "stroke-width": 2, fill: "none"}) : null,
            row.seeds.map(value => s("circle", {cx: x(value), cy: y, r: 2.5, fill: "var(--page)", stroke})),
            mark(row.arm, x(row.mean), y, 5.5));
        })));
  };
  const interval = row => isNumber(row.low) ? `${told(row)(row.low)} – ${told(row)(row.high)}`
    : row.seeds.length > 1 ? "nothing drawn" : "one seed";
  const results = tests => scroll("Mean over the seeds, and its 95 % interval; shares are in points, and cut off at 0 and 100.", h("table", {class: "wide", id: "results"},
    head("Arm", {num: "Rows"}, {num: "Steps"}, ...tests.flatMap(test => measures.map(measure => ({num: `${measure}, ${test}`})))),
    h("tbody", {}, data.arms.map(arm => h("tr", {}, h("th", {scope: "row", class: "label"}, arm.name),
      num(count(arm.rows)), num(arm.steps ? count(arm.steps) : "–"),
      tests.flatMap(test => measures.map(measure => {
        const row = data.results.find(each => each.arm === arm.name && each.test === test && each.measure === measure);
        return h("td", {class: "num"}, row ? [told(row)(row.mean), h("br"), h("span", {class: "soft"}, interval(row))] : "–");
      })))))));
  const verdicts = {BETTER: "better", WORSE: "worse", UNCLEAR: "no clear difference", ONE_SEED: "one seed: unknown"};
  const differences = () => scroll(`“${data.differences[0].arm}” minus each other arm, seed by seed; shares are in points.`, h("table", {class: "wide", id: "differences"},
    head("Against", "On", "Measure", {num: "Difference"}, {num: "95 % interval"}, {num: "Seeds"}, "So it is"),
    h("tbody", {}, data.differences.map(row => h("tr", {},
      h("th", {scope: "row", class: "label"}, row.baseline), h("td", {class: "line"}, row.test), h("td", {class: "line"}, row.measure), num(signs(row.mean, told(row))),
      num(isNumber(row.low) ? `${signs(row.low, told(row))} to ${signs(row.high, told(row))}` : "–"), num(count(row.seeds)),
      h("td", {class: "verdict " + row.verdict}, verdicts[row.verdict]))))));
  const measures = distinct(data.results.map(row => row.measure));
  if (data.results.length) {
    const tests = distinct(data.results.map(row => row.test));
    section("arms", "Does it help?",
      h("figure", {}, h("div", {class: "panels"}, tests.map(test => measures
        .filter(measure => data.results.some(row => row.test === test && row.measure === measure))
        .map(measure => panel(test, measure)))),
        h("figcaption", {}, "Large mark: mean over the seeds; small circles: the seeds; line: 95 % interval by Student's t. " +
          "The intervals speak of other seeds on the same test rows, not of other test rows.")),
      results(tests),
      data.differences.length ? [h("h3", {}, "Paired differences"), differences()] : null);
  }

  // ---- loss curves

  const losses = () => {
    const box = h("div", {role: "img", "aria-label": "Training loss by step. " + data.curves.map(curve => {
      const last = curve.points.slice(-Math.max(1, Math.round(curve.points.length / 20))).map(point => point.loss).filter(isNumber);
      return `${curve.arm}, seed ${curve.seed}: ends at ${last.length ? (sum(last) / last.length).toFixed(2) : "no number"}`;
    }).join("; ")});
    const smooth = values => {
      const reach = Math.floor(Math.max(1, values.length / 30));
      return values.map((value, i) => {
        const near = values.slice(Math.max(0, i - reach), i + reach + 1).filter(isNumber);
        return isNumber(value) && near.length ? sum(near) / near.length : null;
      });
    };
    const tables = data.curves.flatMap(curve => {
      const steps = curve.points.map(point => point.step);
      const raw = curve.points.map(point => isNumber(point.loss) ? point.loss : null);
      return [[steps, raw], [steps, smooth(raw)]];
    });
    const faint = hex => hex + "38";
    const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
    let chart = null;
    const draw = () => {
      if (chart) chart.destroy();
      const axis = {stroke: colour("--soft"), grid: {stroke: colour("--line"), width: 1}, ticks: {stroke: colour("--line"), width: 1}, font: "12px system-ui, sans-serif"};
      const nth = new Map();
      chart = new uPlot({
        width: box.clientWidth, height: 320, legend: {show: false}, cursor: {show: false}, scales: {x: {time: false}, y: {range: (u, low, high) => [0, high * 1.04]}},
        axes: [{...axis, label: "step", labelSize: 22, labelFont: "13px system-ui, sans-serif"}, {...axis, label: "loss", labelSize: 22, labelFont: "13px system-ui, sans-serif", size: 44}],
        series: [{}, ...data.curves.flatMap(curve => {
          const stroke = colour(armColour(curve.arm));
          const seed = nth.get(curve.arm) || 0;
          nth.set(curve.arm, seed + 1);
          return [{stroke: faint(stroke), width: 1, points: {show: false}, spanGaps: false},
            {stroke, width: 2, dash: dashes[seed % dashes.length], points: {show: false}, spanGaps: false}];
        })],
      }, uPlot.join(tables), box);
    };
    requestAnimationFrame(draw);
    let width = 0;
    new ResizeObserver(() => {
      if (box.clientWidth !== width) { width = box.clientWidth; draw(); }
    }).observe(box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    return box;
  };
  if (data.curves.length) {
    section("losses", "Training loss", legend(), h("figure", {}, losses(),
      h("figcaption", {}, "Loss of the batches (faint) and their running mean, one line for each seed; the line's dashes tell the seeds apart.")));
  }

  // ---- classes

  const classTable = (rows, caption) => scroll(caption, h("table", {},
    head("Class", {num: "Tested"}, {num: "F1"}, "", ...(rows[0].baseline === null ? [] : [{num: "Before"}, {num: "Change"}])),
    h("tbody", {}, rows.map(row => h("tr", {},
      h("th", {scope: "row", class: "label"}, label(row.label)), num(count(row.tested)), num(points(row.f1)),
      h("td", {}, h("span", {class: "f1", "aria-hidden": "true"}, h("i", {style: `width:${100 * row.f1}%`}),
        row.baseline === null ? null : h("b", {style: `left:calc(${100 * row.baseline}% - 1px)`}))),
      row.baseline === null ? null : [num(points(row.baseline)), num(signed(row.f1 - row.baseline))])))));
  const rows = data.classes.rows;
  if (rows.length) {
    const judged = data.arms[data.arms.length - 1].name;
    const before = data.arms.length > 1 ? data.arms[data.arms.length - 2].name : null;
    section("classes", "F1 of each class",
      h("p", {class: "soft"}, `“${judged}”, mean over the seeds, in points; lowest first. “Tested” are the rows of all seeds together.` +
        (before ? ` The upright mark, and “before”, is “${before}”.` : "")),
      rows.length <= 24 ? classTable(rows, `All ${rows.length} classes`) : [
        classTable(rows.slice(0, 10), "The 10 lowest"),
        classTable(rows.slice(-10), "The 10 highest"),
        h("details", {}, h("summary", {}, `All ${count(rows.length)} classes`), classTable(rows, "All classes, lowest first"))]);
  }

  // ---- confusion

  const heat = () => {
    const matrix = data.classes.confusion;
    const tiny = matrix.length > 24;
    const cell = matrix.length > 48 ? 11 : tiny ? 16 : matrix.length > 12 ? 30 : 38;
    return scroll("Rows: the expected class; columns: the predicted one. The stronger the colour, the larger the share of the expected class." +
      (tiny ? " Point at a cell for its count." : ""), h("table", {class: "heat" + (tiny ? " tiny" : ""), style: `--cell:${cell}px`, id: "confusion-matrix"},
      h("thead", {}, h("tr", {}, h("td", {style: "background:none"}), data.labels.map(name => h("th", {scope: "col", title: name}, h("span", {}, name))))),
      h("tbody", {}, matrix.map((row, i) => {
        const all = sum(row);
        return h("tr", {}, h("th", {scope: "row", title: data.labels[i]}, data.labels[i]), row.map((value, j) => {
          const share = all ? value / all : 0;
          return h("td", {
            class: [share > 0.7 ? "strong" : share > 0.45 ? "middle" : "", i === j ? "right" : ""].join(" ").trim() || null,
            style: value ? `background:rgba(var(--heat),${(0.1 + 0.9 * share).toFixed(3)})` : null,
            title: `${data.labels[i]} taken for ${data.labels[j]}: ${count(value)} of ${count(all)}`}, tiny || !value ? "" : count(value));
        }));
      }))));
  };
  const pairs = () => scroll("The pairs confused most often.", h("table", {id: "pairs"},
    head("Expected", "Taken for", {num: "Rows"}, {num: "Of the class"}),
    h("tbody", {}, data.classes.pairs.map(pair => h("tr", {},
      h("td", {class: "label"}, label(pair.expected)), h("td", {class: "label"}, label(pair.predicted)),
      num(count(pair.rows)), num(percent(pair.share)))))));
  if (data.classes.confusion || data.classes.pairs.length) {
    section("confusion", "What is taken for what",
      h("p", {class: "soft"}, `“${data.arms[data.arms.length - 1].name}” on ${data.results[0].test}, rows of all seeds together.`),
      data.classes.confusion ? heat() : null,
      data.classes.pairs.length ? pairs() : h("p", {}, "No row was taken for another class."));
  }
})();
