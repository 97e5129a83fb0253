// A loop of one's own: a small GAN learns to make points on a ring. Two steps are recorded once, the loop is C++.
#include <cajal/cajal.h>

#include <iostream>

using namespace cajal;

int main() {
  set_random_seed(1);
  Tensor angle = random::uniform({4096, 1}, 0, 6.2831853);
  Tensor ring = concatenate({cos(angle), sin(angle)}, 1) + random::normal({4096, 2}, 0, 0.05);

  Sequential generator({Dense(32, "relu"), Dense(32, "relu"), Dense(2)});
  Sequential discriminator({Dense(32, "relu"), Dense(32, "relu"), Dense(1)});
  Adam adam_g({.learning_rate = 1e-3, .beta_1 = 0.5}), adam_d({.learning_rate = 1e-3, .beta_1 = 0.5});
  Input real({2}), noise({4});

  Program train_discriminator({real, noise}, [&](Var real, Var noise) {
    Var fake = stop_gradient(generator(noise));
    Var is_real = discriminator(real), is_fake = discriminator(fake);
    Var loss = mean(binary_crossentropy(ones_like(is_real), is_real, true) +
                    binary_crossentropy(zeros_like(is_fake), is_fake, true));
    adam_d.minimize(loss, discriminator.trainable_weights());
    return loss;
  });
  Program train_generator({noise}, [&](Var noise) {
    Var is_fake = discriminator(generator(noise));
    Var loss = mean(binary_crossentropy(ones_like(is_fake), is_fake, true));
    adam_g.minimize(loss, generator.trainable_weights());
    return loss;
  });

  double loss_d = 0, loss_g = 0;
  for (const Batch& points : Dataset(ring).shuffle().repeat().batch(64).take(2000)) {
    loss_d = train_discriminator(points, random::normal({64, 4})).item();
    loss_g = train_generator(random::normal({64, 4})).item();
  }
  Tensor made = generator.predict(random::normal({1000, 4}));
  Tensor radius = norm(made, {1});
  std::cout << "losses " << loss_d << " (discriminator) and " << loss_g << " (generator)\n"
            << "made points lie " << mean(radius).item() << " from the middle, give or take "
            << sqrt(var(radius)).item() << "; the ring's radius is 1\n";
}
