package main

import (
	"image/color"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// chart draws how long each phase takes at each size, without the audit log, beside the bare client, both axes by powers of ten.
func chart(path string, all []university) error {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "people", "seconds until the last status is written"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(powers(100, 1e5)), plot.ConstantTicks(powers(0.1, 1e4))
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	for i, phase := range phases {
		var manager, bare plotter.XYs
		for _, u := range all {
			seconds, there := u.units["s/"+phase.unit]
			if u.log || !there {
				continue
			}
			x := float64(u.people())
			manager = append(manager, plotter.XY{X: x, Y: seconds})
			bare = append(bare, plotter.XY{X: x, Y: seconds / u.units["bare-x/"+phase.unit]})
		}
		if err := lines(p, phase.title, colours[i], manager, bare); err != nil {
			return err
		}
	}
	return p.Save(18*vg.Centimeter, 12*vg.Centimeter, path)
}

// colours tell the phases apart, for those who do not see red and green as different too (Okabe and Ito, 2008).
var colours = []color.Color{
	color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}, color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}, color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff},
}

// lines adds the manager's line, with points, and the bare client's, broken.
func lines(p *plot.Plot, title string, c color.Color, manager, bare plotter.XYs) error {
	solid, points, err := plotter.NewLinePoints(manager)
	if err != nil {
		return err
	}
	broken, err := plotter.NewLine(bare)
	if err != nil {
		return err
	}
	solid.Color, points.Color, points.Shape, broken.Color = c, c, draw.CircleGlyph{}, c
	solid.Width, broken.Width = vg.Points(1.5), vg.Points(1)
	broken.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
	p.Add(solid, points, broken)
	p.Legend.Add(title, solid, points)
	p.Legend.Add("the same by a bare client", broken)
	return nil
}

// powers are the powers of ten from one number to another, as they are written.
func powers(from, to float64) (out []plot.Tick) {
	for v := from; v <= to*1.001; v *= 10 {
		out = append(out, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', -1, 64)})
	}
	return out
}
