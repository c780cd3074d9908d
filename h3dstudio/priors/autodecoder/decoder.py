"""The decoder of the autodecoder family: one network for all heads, a code tells it which.

Sources: Park et al., "DeepSDF", CVPR 2019 (code beside the point, both again halfway); Gropp et al., "IGR",
ICML 2020 (softplus of beta 100, geometric initialisation after Atzmon & Lipman, "SAL", CVPR 2020).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

BETA = 100.0
SPHERE = 0.5
"""Radius of the initial sphere, in units of the decoder's scale: about a head."""


@dataclass(frozen=True)
class DecoderShape:
    """What a decoder is made of.

    Attributes:
        latent: numbers of a code.
        width, depth: units and number of the hidden layers; the layer in the middle sees the input again.
        center: mm, what is the origin inside.
        scale: mm, what is 1 inside: heads lie in about the unit ball.
    """

    latent: int
    width: int = 128
    depth: int = 5
    center: tuple[float, float, float] = (0.0, -30.0, 20.0)
    scale: float = 210.0

    @property
    def skip(self) -> int:
        """The hidden layer that sees the input again: 4 of 8, as in the papers."""
        return self.depth // 2

    @property
    def kept(self) -> int:
        """Units of the layer before, which makes room for the input, so that together they are `width`."""
        return max(self.width // 4, self.width - self.latent - 3)


class Decoder(nn.Module):
    """F(y; z): canonical points, mm -> signed distance, mm; negative inside.

    The code enters two layers as one shift per head, which is the same as to concatenate it with every point
    and saves most of their work.
    """

    center: Tensor

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.shape = shape
        entering = 3 + shape.latent
        self.layers = nn.ModuleList()
        for layer in range(shape.depth):
            inputs = entering if layer == 0 else shape.width
            if layer == shape.skip and layer > 0:
                inputs = shape.kept + entering
            outputs = shape.kept if layer + 1 == shape.skip else shape.width
            self.layers.append(nn.Linear(inputs, outputs))
        self.layers.append(nn.Linear(shape.width, 1))
        self.register_buffer("center", torch.tensor(shape.center), persistent=False)

    def initialize(self, rng: torch.Generator) -> Decoder:
        """A sphere, whatever the code: weights of the code start at zero, as IDR's of its encoding do."""
        shape = self.shape
        with torch.no_grad():
            for number in range(shape.depth + 1):
                weight, bias = self._layer(number).weight, self._layer(number).bias
                if number == shape.depth:
                    weight.normal_(math.sqrt(math.pi) / math.sqrt(weight.shape[1]), 1e-5, generator=rng)
                    bias.fill_(-SPHERE)
                    continue
                weight.normal_(0.0, math.sqrt(2 / weight.shape[0]), generator=rng)
                bias.zero_()
                if number in (0, shape.skip):
                    weight[:, weight.shape[1] - shape.latent :] = 0
        return self

    def shifts(self, code: Tensor) -> tuple[Tensor, Tensor]:
        """What codes (..., K) add to the first and the middle layer, biases included: (..., width) each."""
        first, second = self._layer(0).bias, self._layer(self.shape.skip).bias
        return code @ self._first()[1].T + first, code @ self._middle()[2].T + second

    def forward(self, points: Tensor, shifts: tuple[Tensor, Tensor]) -> Tensor:
        """Points (..., 3) and shifts that broadcast to (..., width) -> (...,), all mm."""
        from_hidden, from_point, _ = self._middle()
        inside = (points - self.center) / self.shape.scale
        hidden = functional.softplus(functional.linear(inside, self._first()[0]) + shifts[0], beta=BETA)
        for number in range(1, self.shape.depth):
            if number == self.shape.skip:
                raw = functional.linear(hidden, from_hidden) + functional.linear(inside, from_point)
                raw = raw + shifts[1]
            else:
                raw = self.layers[number](hidden)
            hidden = functional.softplus(raw, beta=BETA)
        return self.layers[-1](hidden)[..., 0] * self.shape.scale

    def code_jacobian(self, points: Tensor, code: Tensor) -> Tensor:
        """dF/dz at points (M, 3) mm of one code (K,) or a code each (M, K) -> (M, K), mm per unit.

        One pass there and back: points do not mix, so the gradient of their sum by each one's own shifts is
        exact, and the code reaches the shifts linearly.
        """
        with torch.enable_grad():
            leaves = [
                part.detach().expand(len(points), -1).clone().requires_grad_() for part in self.shifts(code)
            ]
            value = self.forward(points.detach(), (leaves[0], leaves[1]))
            by_first, by_second = torch.autograd.grad(value.sum(), leaves)
        return by_first @ self._first()[1].detach() + by_second @ self._middle()[2].detach()

    def reparametrized(self, mean: Tensor, basis: Tensor) -> Decoder:
        """The decoder of latents w (K',) with code z = mean (K,) + basis (K, K') w: the same heads."""
        latent = int(basis.shape[1])
        state = {name: tensor.clone() for name, tensor in self.state_dict().items()}
        for number in {0, self.shape.skip}:
            weight = state[f"layers.{number}.weight"]
            point, code = weight[:, : -self.shape.latent], weight[:, -self.shape.latent :]
            root = 1.0 if number == 0 else math.sqrt(0.5)
            state[f"layers.{number}.weight"] = torch.cat([point, code @ basis], dim=1)
            state[f"layers.{number}.bias"] += root * (code @ mean)
        return Decoder.of_state(replace(self.shape, latent=latent), state)

    @staticmethod
    def of_state(shape: DecoderShape, state: Mapping[str, Tensor]) -> Decoder:
        """A decoder with given weights and biases, as `state_dict` names them; they decide all widths."""
        decoder = Decoder(shape)
        for number in range(shape.depth + 1):
            linear = decoder._layer(number)
            weight, bias = state[f"layers.{number}.weight"], state[f"layers.{number}.bias"]
            linear.weight, linear.bias = nn.Parameter(weight), nn.Parameter(bias)
            linear.out_features, linear.in_features = weight.shape
        return decoder.to(state["layers.0.weight"].device)

    def _layer(self, number: int) -> nn.Linear:
        layer = self.layers[number]
        assert isinstance(layer, nn.Linear)
        return layer

    def _first(self) -> tuple[Tensor, Tensor]:
        """The first layer's weights of the point (W, 3) and of the code (W, K)."""
        weight = self._layer(0).weight
        return weight[:, :3], weight[:, 3:]

    def _middle(self) -> tuple[Tensor, Tensor, Tensor]:
        """The middle layer's weights of the hidden units, the point and the code; divided by sqrt(2), as
        IGR does, to keep the size of what comes out."""
        weight = self._layer(self.shape.skip).weight
        point = weight.shape[1] - self.shape.latent - 3
        half = math.sqrt(0.5) * weight
        return half[:, :point], half[:, point : point + 3], half[:, point + 3 :]
