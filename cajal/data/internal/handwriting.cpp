#include "cajal/data/internal/handwriting.h"

#include <algorithm>
#include <cmath>

namespace cajal::internal {
namespace {

constexpr float box = 20;  // the longer side of a character, in pixels
constexpr float middle = 14;
constexpr float two_pi = 6.2831853f;

// Draws that a hand makes; the distribution of each is described where it is used.
struct Dice {
  random::Stream& stream;
  float uniform(float low, float high) { return float(stream.uniform(low, high)); }
  float normal(float deviation) { return float(std::clamp(stream.normal(0, 1), -2.5, 2.5)) * deviation; }
  bool chance(float probability) { return stream.uniform() < probability; }
};

const Form& choose(std::span<const Form> forms, Dice dice) {
  float all = 0;
  for (const Form& form : forms) all += form.share;
  float left = dice.uniform(0, all);
  for (const Form& form : forms)
    if ((left -= form.share) < 0) return form;
  return forms.back();
}

bool same(Point a, Point b) { return a.x == b.x && a.y == b.y; }

// One coordinate of the Catmull-Rom curve between b and c.
float catmull_rom(float a, float b, float c, float d, float t) {
  return b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

// Points close together along the curve through `knots`, which has no corner.
void trace_smooth(std::span<const Point> knots, Stroke& out) {
  constexpr int steps = 7;
  for (size_t i = 0; i + 1 < knots.size(); ++i) {
    const Point b = knots[i], c = knots[i + 1];
    const Point a = i > 0 ? knots[i - 1] : b, d = i + 2 < knots.size() ? knots[i + 2] : c;
    for (int step = 0; step < steps; ++step) {
      const float t = float(step) / steps;
      out.push_back({catmull_rom(a.x, b.x, c.x, d.x, t), catmull_rom(a.y, b.y, c.y, d.y, t)});
    }
  }
}

// The knots of a stroke as this hand puts them: each a little off, corners kept together.
Stroke moved_knots(const Stroke& stroke, Dice dice) {
  constexpr float knot_error = 0.033f, stroke_error = 0.022f;
  const Point offset{dice.normal(stroke_error), dice.normal(stroke_error)};
  Stroke knots;
  for (size_t i = 0; i < stroke.size(); ++i) {
    const Point wanted = stroke[i];
    if (i > 0 && same(wanted, stroke[i - 1])) knots.push_back(knots.back());
    else
      knots.push_back({wanted.x + offset.x + dice.normal(knot_error), wanted.y + offset.y + dice.normal(knot_error)});
  }
  return knots;
}

Stroke trace(const Stroke& stroke, Dice dice) {
  const Stroke knots = moved_knots(stroke, dice);
  Stroke out;
  for (size_t begin = 0, i = 1; i <= knots.size(); ++i)
    if (i == knots.size() || same(knots[i], knots[i - 1])) {
      trace_smooth(std::span(knots).subspan(begin, i - begin), out);
      begin = i;
    }
  out.push_back(knots.back());
  return out;
}

// A bend of the whole plane, the same for all strokes: where the middle lies, how much wider the lower half is than the
// upper, and some waves.
struct Bend {
  struct Wave {
    float x, y, phase, along_x, along_y;
  } waves[3];
  float lower_middle, righter_middle, wider_below, higher_right;

  explicit Bend(Dice dice)
      : lower_middle(dice.normal(0.07f)),
        righter_middle(dice.normal(0.06f)),
        wider_below(dice.normal(0.15f)),
        higher_right(dice.normal(0.08f)) {
    for (Wave& wave : waves)
      wave = {dice.normal(3.5f), dice.normal(3.5f), dice.uniform(0, two_pi), dice.normal(0.025f), dice.normal(0.025f)};
  }
  Point operator()(Point p) const {
    const float x = p.x - 0.5f, y = p.y - 0.5f;
    Point out{p.x + righter_middle * (1 - 4 * x * x) + 2 * wider_below * x * y,
              p.y + lower_middle * (1 - 4 * y * y) + 2 * higher_right * x * y};
    for (const Wave& wave : waves) {
      const float value = std::sin(wave.x * p.x + wave.y * p.y + wave.phase);
      out.x += wave.along_x * value;
      out.y += wave.along_y * value;
    }
    return out;
  }
};

// Proportions, slant and turn of one character.
struct Posture {
  float xx, xy, yx, yy;

  Posture(float aspect, Dice dice) {
    const float width = aspect * std::exp(dice.normal(0.2f)), slant = 0.04f + dice.normal(0.2f),
                turn = dice.normal(0.09f);
    const float c = std::cos(turn), s = std::sin(turn);
    xx = c * width, xy = -c * slant - s;
    yx = s * width, yy = -s * slant + c;
  }
  Point operator()(Point p) const { return {xx * p.x + xy * p.y, yx * p.x + yy * p.y}; }
};

// Pen: its half width in pixels, and how that swells along a stroke.
struct Pen {
  float radius, swell, waves, phase, taper, edge, ink;

  explicit Pen(Dice dice)
      : radius(1.25f * std::exp(dice.normal(0.22f))),
        swell(dice.normal(0.14f)),
        waves(dice.uniform(2, 7)),
        phase(dice.uniform(0, two_pi)),
        taper(std::max(0.f, dice.normal(0.35f))),
        edge(dice.uniform(0.9f, 1.5f)),
        ink(255 * dice.uniform(0.97f, 1.12f)) {}

  // `t` goes from 0 to 1 along the stroke.
  float radius_at(float t) const {
    const float end = std::max(0.f, 1 - 8 * (1 - t));
    return std::max(0.55f, radius * (1 + swell * std::sin(waves * t + phase)) * (1 - taper * end));
  }
};

struct Extent {
  float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
  void add(Point p) {
    left = std::min(left, p.x), right = std::max(right, p.x);
    top = std::min(top, p.y), bottom = std::max(bottom, p.y);
  }
};

// Scales the strokes so that the longer side with its ink is 20 pixels, and puts their mass about the middle: half a
// pixel to each side, since paper is not laid under a camera more precisely.
void fit(std::vector<Stroke>& strokes, float radius, Dice dice) {
  Extent extent;
  for (const Stroke& stroke : strokes)
    for (Point p : stroke) extent.add(p);
  const float longer = std::max({extent.right - extent.left, extent.bottom - extent.top, 1e-3f});
  const float scale = (box - 2 * radius) / longer;
  float mass = 0, mass_x = 0, mass_y = 0;
  for (const Stroke& stroke : strokes)
    for (size_t i = 1; i < stroke.size(); ++i) {
      const Point a = stroke[i - 1], b = stroke[i];
      const float length = std::hypot(b.x - a.x, b.y - a.y) + 1e-6f;
      mass += length, mass_x += length * (a.x + b.x) / 2, mass_y += length * (a.y + b.y) / 2;
    }
  const Point target{middle + dice.uniform(-0.5f, 0.5f), middle + dice.uniform(-0.5f, 0.5f)};
  for (Stroke& stroke : strokes)
    for (Point& p : stroke) p = {(p.x - mass_x / mass) * scale + target.x, (p.y - mass_y / mass) * scale + target.y};
}

float squared_distance(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y, px = p.x - a.x, py = p.y - a.y;
  const float length = dx * dx + dy * dy;
  const float t = length > 0 ? std::clamp((px * dx + py * dy) / length, 0.f, 1.f) : 0.f;
  const float x = px - t * dx, y = py - t * dy;
  return x * x + y * y;
}

using Canvas = std::span<float>;

// Inks what lies within the radius of the line from a to b; the edge fades over `pen.edge` pixels.
void ink_line(Canvas canvas, Point a, Point b, float radius, const Pen& pen) {
  const float reach = radius + pen.edge / 2;
  const int last = int(drawing_side) - 1;
  const int x0 = std::max(0, int(std::ceil(std::min(a.x, b.x) - reach))),
            x1 = std::min(last, int(std::max(a.x, b.x) + reach));
  const int y0 = std::max(0, int(std::ceil(std::min(a.y, b.y) - reach))),
            y1 = std::min(last, int(std::max(a.y, b.y) + reach));
  for (int y = y0; y <= y1; ++y)
    for (int x = x0; x <= x1; ++x) {
      const float squared = squared_distance({float(x), float(y)}, a, b);
      if (squared >= reach * reach) continue;
      float& pixel = canvas[size_t(y) * drawing_side + size_t(x)];
      pixel = std::max(pixel, std::min(1.f, (reach - std::sqrt(squared)) / pen.edge));
    }
}

void ink(Canvas canvas, const Stroke& stroke, const Pen& pen) {
  for (size_t i = 1; i < stroke.size(); ++i)
    ink_line(canvas, stroke[i - 1], stroke[i], pen.radius_at(float(i) / float(stroke.size())), pen);
}

// How many whole pixels the ink has to move for its mass to be in the middle.
struct Shift {
  int x, y;
};

Shift shift_to_middle(std::span<const float> canvas) {
  float mass = 0, mass_x = 0, mass_y = 0;
  for (int y = 0; y < int(drawing_side); ++y)
    for (int x = 0; x < int(drawing_side); ++x) {
      const float ink = canvas[size_t(y) * drawing_side + size_t(x)];
      mass += ink, mass_x += ink * float(x), mass_y += ink * float(y);
    }
  return {int(std::lround(middle - mass_x / mass)), int(std::lround(middle - mass_y / mass))};
}

void develop(std::span<const float> canvas, const Pen& pen, std::span<uint8_t> pixels) {
  const Shift shift = shift_to_middle(canvas);
  const auto side = int(drawing_side);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int from_x = x - shift.x, from_y = y - shift.y;
      const bool inside = from_x >= 0 && from_x < side && from_y >= 0 && from_y < side;
      const float coverage = inside ? canvas[size_t(from_y * side + from_x)] : 0.f;
      pixels[size_t(y * side + x)] = uint8_t(std::min(255.f, pen.ink * coverage));
    }
}

}  // namespace

void draw(std::span<const Form> forms, random::Stream& stream, std::span<uint8_t> pixels) {
  const Dice dice{stream};
  const Form& form = choose(forms, dice);
  const Bend bend(dice);
  const Posture posture(form.aspect, dice);
  const Pen pen(dice);
  std::vector<Stroke> strokes;
  for (const Stroke& stroke : form.strokes) {
    strokes.push_back(trace(stroke, dice));
    for (Point& p : strokes.back()) p = posture(bend(p));
  }
  fit(strokes, pen.radius, dice);
  float coverage[drawing_side * drawing_side] = {};
  for (const Stroke& stroke : strokes) ink(coverage, stroke, pen);
  develop(coverage, pen, pixels);
}

}  // namespace cajal::internal
