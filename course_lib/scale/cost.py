"""Days, device-years, energy and money of a training run. Prices are never known here: they are the reader's."""

from dataclasses import dataclass

from course_lib.scale.by_hand import training_days
from course_lib.scale.limits import positive, whole

__all__ = ["DEVICES", "Device", "device_years", "energy_mwh", "megatron_days", "money"]


@dataclass(frozen=True)
class Device:
    """A kind of device: its name, and the most it can do with dense 16-bit matrices, in operations a second."""

    name: str
    peak_flops: float


#: From the makers' data sheets: dense (not sparse) 16-bit matrix products.
DEVICES = {
    "V100": Device("NVIDIA V100 SXM2", 125e12),
    "A100": Device("NVIDIA A100", 312e12),
    "H100": Device("NVIDIA H100 SXM", 989.4e12),
}


def device_years(flops: float, peak_flops: float, utilisation: float) -> float:
    """How many years one device would take.

    >>> round(device_years(3.14e23, 125e12, 24.6 / 125))
    404
    """
    return training_days(flops, 1, peak_flops, utilisation) / 365.25


def energy_mwh(flops: float, reached_flops: float, watts: float, overhead: float) -> float:
    """Megawatt-hours: FLOPs / (operations a second that a device reached) / 3600 x its watts x overhead / 10^6.

    Args:
        flops: of the whole run.
        reached_flops: peak times utilisation, of one device; how many there are drops out.
        watts: what one device draws, its part of the computer around it included.
        overhead: what the building draws for each watt of the computers (PUE, 1 at best).
    Raises:
        ValueError: a size not above 0, or an overhead below 1.

    >>> round(energy_mwh(3.14e23, 24.6e12, 330, 1.10))  # Patterson et al. 2021, arXiv:2104.10350, table 4
    1287
    """
    if positive("overhead", overhead) < 1:
        raise ValueError(f"overhead (PUE) is at least 1, the computers themselves; got {overhead}")
    hours = positive("flops", flops) / positive("reached_flops", reached_flops) / 3600
    return hours * positive("watts", watts) * overhead / 1e6


def megatron_days(tokens: float, n_params: float, n_devices: int, reached_flops: float) -> float:
    """8 T P / (n X) in days: as 6 N D, with the forward pass computed a second time to save memory.

    From Narayanan et al. 2021 (arXiv:2104.04473, section 5.1).

    >>> round(megatron_days(300e9, 175e9, 1024, 140e12), 1)
    33.9
    """
    work = 8 * positive("tokens", tokens) * positive("n_params", n_params)
    return work / (whole("n_devices", n_devices) * positive("reached_flops", reached_flops)) / 86_400


def money(days: float, n_devices: int, price_per_device_hour: float) -> float:
    """Days x 24 x devices x the reader's price for a device-hour, in the reader's currency.

    >>> money(2.0, 3, 0.5)
    72.0
    """
    if price_per_device_hour == 0:
        return 0.0
    return (
        positive("days", days)
        * 24
        * whole("n_devices", n_devices)
        * positive("price_per_device_hour", price_per_device_hour)
    )
