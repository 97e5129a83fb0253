// A table, from the file to answers for new rows: the columns find out by themselves what they are.
#include <cajal/cajal.h>

#include <cmath>
#include <iostream>

using namespace cajal;

int main() {
  set_random_seed(1);
  // Usually read_csv("flats.csv"); here made up, so that nothing has to be there.
  std::vector<double> area, price;
  std::vector<std::string> town;
  random::Stream dice(3);
  for (int i = 0; i < 400; ++i) {
    area.push_back(std::round(dice.uniform(25, 120)));
    town.push_back(dice.uniform() < 0.5 ? "Avila" : "Burgos");
    price.push_back(std::round(20 + area.back() * (town.back() == "Avila" ? 1.5 : 2.1) + dice.normal(0, 6)));
  }
  Table flats({Column("area", area), Column("town", town), Column("price", price)});
  std::cout << flats.head(4) << flats.describe() << "\n";

  TableReader reader(flats, {.target = "price"});
  std::cout << reader.sentence() << "\n";
  auto [train, test, train_rows, test_rows] = reader.split(flats);
  Sequential model({Normalization({.mean = reader.mean(), .variance = reader.variance()}), Dense(32, "relu"), Dense(1),
                    Rescaling(reader.target().stddev, reader.target().mean)});
  model.compile({.optimizer = Adam({.learning_rate = 0.01}), .loss = "mse", .metrics = {"mae"}});
  model.fit(train, {.epochs = 40, .verbose = 0});

  Table asked = parse_csv("town,area\nAvila,50\nBurgos,50\nBurgos,100\n", "asked.csv");  // the order does not matter
  std::cout << reader.answers(model.predict(reader.read(asked).x)) << "held out, off by " << model.evaluate(test)["mae"]
            << " on average\n";

  if (!plot::available()) return 0;
  plot::Figure figure({.width = 420, .height = 320});
  figure.axes().scatter(flats["area"].numbers(), flats["price"].numbers(), {.alpha = 0.4});
  for (const char* name : {"Avila", "Burgos"}) {
    std::vector<double> x = {25, 120}, y;
    Table ends({Column("area", x), Column("town", std::vector<std::string>{name, name})});
    y = model.predict(reader.read(ends).x).values<double>();
    figure.axes().plot(x, y, {.label = name});
  }
  figure.axes().set_xlabel("area").set_ylabel("price");
  figure.save("table.png");
}
